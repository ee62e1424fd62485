/** The widget's texts, in the visitor's language where we have it. */

const en = {
  chat: "Chat", close: "Close", write: "Write a message", send: "Send", attach: "Attach a file", remove: "Remove",
  earlier: "Earlier messages", automated: "automated", sent: "Sent", read: "Read", sending: "Sending", waiting: "Waiting",
  failed: "Not sent", retry: "Retry", discard: "Discard", joined: "{name} joined", ended: "The conversation was closed",
  typing: "{name} is typing", with: "{name} is with you", offline: "No connection. What you write is sent later.",
  gone: "This chat is not available here.", greeting: "How can we help?", tooLong: "{count} characters too many",
  tooLarge: "{name} is too large: at most {limit}", badType: "{name} cannot be sent here", uploadFailed: "{name} could not be uploaded",
  log: "Conversation", you: "You", file: "File",
  choices: "Quick answers", reply: "Reply", react: "React",
  tooMany: "At most {count} files in a message", cancel: "Cancel", emoji: "Insert an emoji", record: "Record a voice message",
};

export type Word = keyof typeof en;

const de: typeof en = {
  chat: "Chat", close: "Schließen", write: "Nachricht schreiben", send: "Senden", attach: "Datei anhängen",
  remove: "Entfernen", earlier: "Frühere Nachrichten", automated: "automatisch", sent: "Gesendet", read: "Gelesen",
  sending: "Wird gesendet", waiting: "Wartet", failed: "Nicht gesendet", retry: "Erneut versuchen", discard: "Verwerfen",
  joined: "{name} ist jetzt dabei", ended: "Die Unterhaltung wurde beendet", typing: "{name} schreibt",
  with: "{name} ist für Sie da", offline: "Keine Verbindung. Was Sie schreiben, wird später gesendet.",
  gone: "Dieser Chat ist hier nicht verfügbar.", greeting: "Wie können wir helfen?", tooLong: "{count} Zeichen zu viel",
  tooLarge: "{name} ist zu groß: höchstens {limit}", badType: "{name} kann hier nicht gesendet werden",
  uploadFailed: "{name} konnte nicht hochgeladen werden", log: "Unterhaltung", you: "Sie", file: "Datei",
  choices: "Schnelle Antworten", reply: "Antworten", react: "Reagieren",
  tooMany: "Höchstens {count} Dateien in einer Nachricht", cancel: "Abbrechen", emoji: "Emoji einfügen", record: "Sprachnachricht aufnehmen",
};

const es: typeof en = {
  chat: "Chat", close: "Cerrar", write: "Escriba un mensaje", send: "Enviar", attach: "Adjuntar un archivo",
  remove: "Quitar", earlier: "Mensajes anteriores", automated: "automático", sent: "Enviado", read: "Leído",
  sending: "Enviando", waiting: "En espera", failed: "No enviado", retry: "Reintentar", discard: "Descartar",
  joined: "{name} se ha unido", ended: "La conversación se ha cerrado", typing: "{name} está escribiendo",
  with: "Le atiende {name}", offline: "Sin conexión. Lo que escriba se enviará después.",
  gone: "Este chat no está disponible aquí.", greeting: "¿En qué podemos ayudar?", tooLong: "Caracteres de más: {count}",
  tooLarge: "{name} es demasiado grande: como máximo {limit}", badType: "{name} no se puede enviar aquí",
  uploadFailed: "No se pudo subir {name}", log: "Conversación", you: "Usted", file: "Archivo",
  choices: "Respuestas rápidas", reply: "Responder", react: "Reaccionar",
  tooMany: "Como máximo {count} archivos por mensaje", cancel: "Cancelar", emoji: "Insertar un emoji", record: "Grabar un mensaje de voz",
};

const ar: typeof en = {
  chat: "محادثة", close: "إغلاق", write: "اكتب رسالة", send: "إرسال", attach: "إرفاق ملف", remove: "إزالة",
  earlier: "رسائل سابقة", automated: "آلي", sent: "أُرسلت", read: "قُرئت", sending: "جارٍ الإرسال", waiting: "في الانتظار",
  failed: "لم تُرسل", retry: "إعادة المحاولة", discard: "تجاهل", joined: "انضم {name}", ended: "أُغلقت المحادثة",
  typing: "{name} يكتب", with: "{name} معك الآن", offline: "لا يوجد اتصال. سيُرسل ما تكتبه لاحقًا.",
  gone: "هذه المحادثة غير متاحة هنا.", greeting: "كيف يمكننا مساعدتك؟", tooLong: "عدد الأحرف الزائدة: {count}",
  tooLarge: "{name} كبير جدًا: الحد الأقصى {limit}", badType: "لا يمكن إرسال {name} هنا", uploadFailed: "تعذّر رفع {name}", log: "المحادثة",
  you: "أنت", file: "ملف",
  choices: "إجابات سريعة", reply: "رد", react: "تفاعل",
  tooMany: "الحد الأقصى للملفات في الرسالة: {count}", cancel: "إلغاء", emoji: "إدراج رمز تعبيري", record: "تسجيل رسالة صوتية",
};

const all: Record<string, typeof en> = { en, de, es, ar };
let language = "en";

export function speak(wanted: string): void {
  const base = wanted.slice(0, 2).toLowerCase();
  language = base in all ? wanted : "en";
  document.documentElement.lang = language;
  document.documentElement.dir = base === "ar" ? "rtl" : "ltr";
}

/** The language that is spoken, as it was asked for. */
export function spoken(): string {
  return language;
}

export function say(word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  const text = (all[language.slice(0, 2)] ?? en)[word];
  return text.replace(/\{(\w+)\}/gu, (_, name: string) => String(values[name] ?? ""));
}

export function time(at: string): string {
  return new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(new Date(at));
}

/** "Today", "Yesterday", or the date. */
export function day(at: string, now = new Date()): string {
  const days = Math.round((midnight(new Date(at)) - midnight(now)) / 86_400_000);
  const near = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day");
  if (days > -2) return near.charAt(0).toLocaleUpperCase(language) + near.slice(1);
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric" }).format(new Date(at));
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
