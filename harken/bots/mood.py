"""Whether a customer is losing patience, in ten languages. Pure. It only raises the conversation in Automated; nobody is handed off for it.

A phrase is something that people say about what happens to them here: that they asked before, that it is no use, that they are angry.
A single word that also describes goods ("a terrible smell", "the useless cable") is none.
"""

import re
from typing import Final

from harken.bots.phrases import plain

LONGEST: Final = 2_000  # characters of a message that are looked at
_ANGRY: Final = frozenset("😠😡🤬😤👿💢🖕")

# language: what is said, as it is written; accents and case do not count
_TABLE: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        r"(?:this|that|it)(?:'s| is) (?:\w+ )?(?:ridiculous|useless|unacceptable|a joke|pathetic|infuriating|frustrating|outrageous|a disgrace|disgraceful|absurd|bullshit)",
        r"you(?:'re| are) (?:\w+ )?(?:useless|no help|not (?:helping|listening|reading|understanding))|(?:useless|stupid|dumb) (?:bot|robot|machine|chatbot|service|support)|(?:bot|chatbot|service|support) is (?:\w+ )?useless",
        r"not what i (?:asked|meant|said|wanted to know)|you (?:do not|don't|still don't|obviously don't) (?:understand|get it)\b|you didn't (?:answer|read)",
        r"(?:second|third|fourth|fifth|2nd|3rd|4th|5th|tenth|hundredth|millionth|umpteenth) time (?:that )?i(?:'ve|'m| have| am| had to)? (?:ask|asked|asking|write|writing|wrote|written|say|said|told|tell|telling|explain|explained|explaining|contact|contacted|contacting|call|called|calling)",
        r"i(?:'ve| have)? (?:already|just) (?:told you|said (?:that|this|so)|answered (?:that|this)|asked (?:that|this|you))|how many (?:more )?times (?:do|must|should|did|will) i",
        r"fed up|sick and tired|sick of (?:this|waiting|you|your|it|being)|had enough of|wast(?:e|ing) (?:of )?(?:my )?time|losing (?:my )?patience",
        r"i(?:'m| am) (?:(?:so|very|really|extremely|absolutely|quite|getting|pretty) )*(?:angry|furious|annoyed|frustrated|upset|disappointed|unhappy|pissed(?: off)?|mad)\b|not (?:at all )?happy with (?:this|you|your|the (?:service|support|answer))",
        r"(?:worst|terrible|awful|appalling|horrible) (?:customer )?(?:service|support|experience)|are you (?:kidding|stupid|deaf|even (?:reading|listening))|(?:no one|nobody) (?:is )?(?:help|answer|repl|respond|listen)\w*",
        r"\b(?:wtf|ffs)\b|what the (?:hell|heck|fuck)|for (?:god|fuck|christ|heaven)'?s? sake|fuck (?:you|off|this)|never (?:order|buy|shop)\w* (?:from you|here|with you) again",
    ),
    "de": (
        r"(?:ist|finde ich) (?:(?:ja|doch|wirklich|einfach|echt|absolut|total|völlig|langsam) )*(?:lächerlich|unverschämt|inakzeptabel|nicht akzeptabel|nutzlos|ein witz|eine frechheit|eine unverschämtheit|eine zumutung|zum kotzen)|(?:so eine|was für eine) (?:frechheit|unverschämtheit|zumutung)",
        r"(?:danach|das) (?:habe|hab|hatte) ich (?:(?:doch|gar) )*nicht (?:gefragt|gemeint)|nicht das was ich (?:gefragt|gemeint|wissen)|nicht meine frage",
        r"zum (?:zweiten|dritten|vierten|fünften|x-?ten|hundertsten|zigsten) mal (?:dass ich|schreibe|frage|sage|erkläre|bitte|rufe|an\b)|schon (?:zwei|drei|vier|fünf|zehn|mehr|x)\s?(?:mal|fach|mals) (?:gefragt|geschrieben|gesagt|erklärt|angerufen)",
        r"(?:habe|hab|hatte) ich (?:(?:doch|ihnen|dir|das|euch) )*(?:schon|bereits|gerade) (?:gesagt|geschrieben|beantwortet|erklärt)|wie oft (?:soll|muss|noch)",
        r"(?:nase|schnauze) voll|(?:jetzt|mir) reicht(?:'?s| es)|zeitverschwendung|verschwende\w* meine zeit|geduld (?:ist )?(?:am ende|zu ende)",
        r"(?:ich bin|bin) (?:(?:sehr|echt|wirklich|so|total|extrem|langsam|ziemlich|richtig) )*(?:wütend|sauer|stinksauer|verärgert|enttäuscht|frustriert|genervt|unzufrieden)",
        r"(?:schlechteste|miserabl|miese|unterirdische|katastrophale)\w* (?:service|kundendienst|kundenservice|support)|(?:sie|du) (?:verstehen|verstehst|hören|hörst|helfen|hilfst) (?:(?:mir|mich|gar|einfach|überhaupt) )*nicht\b",
        r"(?:doofer|dummer|blöder|dämlicher|nutzloser) (?:bot|roboter|automat|computer|chatbot)|verarsch\w*|scheiß(?:e|laden|service|bot| bot)\b|was soll (?:der|das|dieser) (?:scheiß|mist|quatsch|unsinn)|niemand (?:antwortet|hilft|meldet sich|reagiert)|nie wieder (?:bestell|kauf|etwas bei)",
    ),
    "es": (
        r"(?:esto|eso|es) (?:es )?(?:una (?:vergüenza|estafa|burla|tomadura de pelo)|ridículo|inaceptable|indignante|una falta de respeto)|qué (?:vergüenza|asco)|no sirves? (?:de|para) nada",
        r"no es lo que (?:he )?(?:pregunté|pedí|dije|preguntado|pedido|dicho)|no (?:me )?(?:estás? )?(?:entendiendo|escuchando)|no me (?:entiendes?|escuchas?)|no (?:entiendes?|ayudas?) nada",
        r"(?:segunda|tercera|cuarta|quinta|décima|enésima) vez que (?:\w+ )?(?:escribo|pregunto|digo|llamo|pido|explico|contacto)|ya (?:se lo|te lo|os lo|lo|le|te) (?:he )?(?:dicho|dije|explicado|expliqué)|cuántas veces (?:tengo|debo|hay)",
        r"estoy (?:(?:muy|bastante|tan|realmente|ya|súper) )*(?:hart|enfadad|enojad|molest|decepcionad|furios|indignad|frustrad)[oa]|(?:pérdida de|perdiendo el|perder (?:más )?el) tiempo|ya basta",
        r"(?:pésim|horrible|peor|malísim)[oa]? (?:servicio|atención)|(?:servicio|atención) (?:es )?(?:pésim[oa]|horrible|lamentable)|(?:bot|robot|máquina) (?:inútil|estúpid[oa]|tont[oa])|nadie (?:me )?(?:responde|contesta|ayuda)|mierda|nunca más (?:compr|volver)",
    ),
    "fr": (
        r"c'est (?:(?:vraiment|complètement|totalement|juste|tout simplement|du grand) )*(?:ridicule|inadmissible|inacceptable|nul\b|n'importe quoi|une honte|scandaleux|honteux|une blague|lamentable|du foutage)",
        r"pas (?:du tout )?ce que (?:j'ai|je) (?:demandé|demande|dit|voulais)|vous ne (?:comprenez|m'écoutez|lisez) (?:rien|pas)|tu (?:ne )?comprends (?:rien|pas)",
        r"(?:deuxième|troisième|quatrième|cinquième|dixième|énième|\d+ ?e(?:me)?) fois que (?:je|j')|je (?:vous |te )?(?:l'ai|ai) déjà (?:dit|expliqué|répondu|écrit)|combien de fois (?:dois|faut|vais)",
        r"j'en ai (?:vraiment )?(?:marre|assez|ras)|ras[- ]le[- ]bol|perte de temps|perdre mon temps|vous vous (?:moquez|foutez)",
        r"je suis (?:(?:vraiment|très|tellement|extrêmement|assez|plus que) )*(?:énervée?\b|furieu|déçue?\b|en colère|frustrée?\b|mécontente?\b|agacée?\b|insatisfaite?\b)",
        r"(?:pire|mauvais) service|service (?:client )?(?:est )?(?:nul\b|lamentable|déplorable|catastrophique)|(?:bot|robot) (?:stupide|inutile|débile|nul\b)|personne ne (?:me )?(?:répond|m'aide|aide)|merde|plus jamais (?:je|chez vous)",
    ),
    "it": (
        r"è (?:(?:davvero|proprio|assolutamente|semplicemente) )*(?:ridicolo|inaccettabile|vergognoso|una vergogna|uno scandalo|inammissibile|assurdo|una presa in giro)|che (?:vergogna|schifo)",
        r"non è (?:quello|ciò) che (?:ho )?(?:chiesto|chiedevo|detto)|non (?:mi )?(?:capisci|capite|ascolti|ascoltate|state capendo)|non serv(?:e|i|ite) a (?:niente|nulla)",
        r"(?:seconda|terza|quarta|quinta|decima|ennesima) volta che (?:\w+ )?(?:scrivo|chiedo|dico|chiamo|spiego|contatto)|(?:ve l'ho|te l'ho|gliel'ho|l'ho) già (?:detto|spiegato|scritto)|quante volte (?:devo|ve lo)",
        r"sono (?:(?:molto|davvero|veramente|così|proprio) )*(?:stuf|arrabbiat|delus|furios|insoddisfatt|frustrat|incazzat)[oa]|perdita di tempo|perdere tempo|perdendo tempo|ne ho abbastanza",
        r"(?:pessim[oa]|peggior) (?:servizio|assistenza)|servizio (?:è )?(?:pessimo|scandaloso|vergognoso)|(?:bot|robot) (?:stupido|inutile)|nessuno (?:mi )?(?:risponde|aiuta)|prend(?:ete|endo) in giro|mai più (?:compr|ordin)",
    ),
    "pt": (
        r"(?:isso|isto|é) (?:é )?(?:um absurdo|ridículo|inaceitável|uma vergonha|uma palhaçada|inadmissível)|que (?:palhaçada|vergonha|absurdo|merda)",
        r"não (?:foi|é) (?:isso|o) que (?:eu )?(?:perguntei|pedi|disse)|você não (?:me )?(?:entende|entendeu|ajuda)|não (?:me )?entendes? nada|não serves? (?:para|pra) nada",
        r"(?:segunda|terceira|quarta|quinta|décima|enésima) vez que (?:\w+ )?(?:escrevo|pergunto|falo|ligo|peço|explico|digo|contacto)|já (?:lhe |te )?(?:disse|falei|expliquei) (?:isso|várias|mil|três)|quantas vezes (?:tenho|preciso|vou)",
        r"(?:estou|tô) (?:(?:muito|tão|super|bem|já) )*(?:fart|irritad|chatead|frustrad|decepcionad|furios|indignad|insatisfeit)[oa]|perda de tempo|perder (?:o )?meu tempo|perdendo (?:o )?(?:meu )?tempo",
        r"(?:péssimo|pior|horrível) (?:serviço|atendimento)|(?:serviço|atendimento) (?:é )?(?:péssimo|horrível)|(?:bot|robô) (?:burro|estúpido|inútil)|ninguém (?:me )?(?:responde|atende|ajuda)|nunca mais (?:compro|volto)",
    ),
    "nl": (
        r"(?:dit|dat|het) is (?:(?:echt|toch|gewoon|volkomen|werkelijk) )*(?:belachelijk|onacceptabel|schandalig|waardeloos|een grap|om gek van te worden)|ik word (?:hier|er) gek van|hier heb ik niets aan",
        r"dat (?:vroeg|vraag|bedoel|bedoelde|zei) ik niet|niet wat ik (?:vroeg|vraag|bedoel)|(?:je|u) (?:begrijpt|snapt|luistert) (?:(?:me|mij|het|er|helemaal) )*(?:niet|niks)",
        r"(?:tweede|derde|vierde|vijfde|tiende|zoveelste) keer dat ik|voor de (?:tweede|derde|vierde|vijfde|tiende|zoveelste) keer (?:vraag|schrijf|zeg|bel)|heb ik (?:(?:toch|u|je) )*(?:al|net) (?:gezegd|verteld|geschreven|uitgelegd)|hoe vaak moet ik",
        r"ik ben (?:(?:het|echt|heel|erg|zo|zeer|dit) )*(?:zat|boos|woedend|teleurgesteld|gefrustreerd|ontevreden|geïrriteerd|beu)\b|tijdverspilling|verspilling van (?:mijn )?tijd",
        r"(?:slechtste|waardeloze|belabberde) (?:service|klantenservice|bedrijf)|(?:domme|stomme|waardeloze) (?:bot|robot|computer|chatbot)|niemand (?:antwoordt|reageert|helpt)|nooit meer (?:iets bij|bestel|koop)",
    ),
    "pl": (
        r"to (?:jest )?(?:(?:naprawdę|jakiś|jakaś|całkowicie|po prostu) )*(?:śmieszne|niedopuszczalne|skandal|żart|absurd|żenada|żenujące|kpina|nie do przyjęcia)",
        r"nie o to (?:pytał|pytam|chodzi)|(?:nic )?nie rozumiesz|nikt (?:mi )?nie (?:odpowiada|pomaga|odpisuje)",
        r"(?:drugi|trzeci|czwarty|piąty|kolejny|enty) raz (?:piszę|pytam|proszę|dzwonię|mówię|tłumaczę)|już (?:(?:to|państwu|ci|wam) )*(?:mówił|pisał|tłumaczył)[ae]m|ile razy (?:mam|trzeba)",
        r"mam (?:(?:już|tego) )*(?:dość|dosyć)|jestem (?:(?:bardzo|naprawdę|mocno|już) )*(?:zł|wściekł|rozczarowan|zawiedzion|sfrustrowan|zdenerwowan|niezadowolon|wkurzon)[ya]\b|strata czasu|tracić czasu?|marnujecie",
        r"(?:najgorsz|fataln|beznadziejn|okropn)\w+ (?:obsług|serwis|firm|sklep)\w*|(?:głupi|bezużyteczny|durny) (?:bot|robot|automat)|kurwa|szlag mnie|nigdy więcej (?:nie|tu)",
    ),
    "tr": (
        r"rezalet|saçmalık|kabul edilemez|şaka mı bu|bu ne biçim",
        r"bunu sormadım|sorduğum bu değil|öyle demedim|(?:beni )?anlamıyorsun(?:uz)?|(?:hiçbir )?işe yaram(?:ıyor|az)\w*",
        r"(?:ikinci|üçüncü|dördüncü|beşinci|kaçıncı) (?:kez|defa|kere) (?:yaz|sor|söyl|arı|ara)\w+|kaç (?:kez|kere|defa) (?:söyle|sor|yaz)\w+",
        r"\b(?:bıktım|usandım|yeter artık|sinirlendim|kızgınım|çıldıracağım)\b|(?:çok|gerçekten) (?:sinirliyim|kızgınım|öfkeliyim)|hayal kırıklığı|memnun değilim|(?:zaman|vakit) kaybı",
        r"(?:en kötü|berbat|korkunç) (?:hizmet|servis|müşteri)\w*|hizmet(?:iniz)? (?:çok )?(?:berbat|korkunç)|(?:aptal|salak) (?:bot|robot|makine)|kimse (?:cevap vermiyor|yardım etmiyor|ilgilenmiyor|dönmüyor)|dalga mı geçiyor\w*|bir daha asla",
    ),
    "ar": (
        r"(?:هذا|هذه|الأمر) (?:أمر )?(?:غير مقبول|سخيف|مهزلة|استهتار|هراء)|مهزلة|مضيعة (?:لل|ال|ل)?وقت",
        r"ليس (?:هذا )?ما (?:سألت|طلبت|قصدت)|لم أسأل عن (?:هذا|ذلك)|(?:لا|ما) تفهم|أنت (?:مش|مو) فاهم",
        r"(?:ثاني|ثالث|رابع|خامس|عاشر) مرة (?:أكتب|أسأل|أتصل|أطلب|أراسل|أرسل|أقول)|للمرة (?:الثانية|الثالثة|الرابعة|الخامسة|العاشرة|الألف)|كم مرة (?:يجب|لازم|علي|أقول|أكرر)|سبق (?:أن|و) ?(?:قلت|أخبرت|شرحت)",
        r"أنا (?:\w+ )?(?:غاضب|مستاء|محبط|منزعج|زعلان|معصب)ة?|(?:مللت|تعبت|زهقت) من (?:كم|الانتظار|هذا)|طفح الكيل|نفد صبري",
        r"أسوأ (?:خدمة|شركة|تجربة)|(?:خدمة|خدمتكم) (?:سيئة|فاشلة|تعيسة)|(?:روبوت|بوت) (?:غبي|فاشل|سخيف)|لا أحد (?:يرد|يجيب|يساعد)|محدش (?:بيرد|يرد)|ما حد يرد",
    ),
}  # fmt: skip

_SAID: Final = [re.compile(rf"\b(?:{plain(phrase)})") for phrases in _TABLE.values() for phrase in phrases]
# Before a phrase, one word may stand between: "not a waste of time", "keine Zeitverschwendung".
_DENIED: Final = re.compile(
    r"(?:\b(?:not|no|never|isn't|wasn't|without|nicht|kein|keine|no (?:es|fue|estoy)|sin|pas|non|nao|niet|geen|nie|bez|ليس|ليست|لست|غير)|n't)\s+(?:\w+\s+)?$"
)
_PARTS: Final = re.compile(r"[.!?;,:\n،؟。()]+")


def is_unhappy(text: str) -> bool:
    """Whether a part of the text says that its writer has had enough."""
    looked_at = text[:LONGEST]
    if not _ANGRY.isdisjoint(looked_at):
        return True
    return any(_complains(" ".join(part.split())) for part in _PARTS.split(plain(looked_at)) if part.strip())


def _complains(part: str) -> bool:
    return any(not _DENIED.search(part[: found.start()]) for said in _SAID if (found := said.search(part)))
