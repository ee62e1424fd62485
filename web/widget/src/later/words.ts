/** The texts of what is loaded when used. */

import { spoken } from "../words";

const en = {
  emoji: "Emoji", search: "Search emoji", none: "Nothing found", recent: "Recently used", recording: "Recording", pause: "Pause", resume: "Go on",
  play: "Play", position: "Position", speed: "Speed {speed}", sendVoice: "Send voice message", discard: "Discard", listen: "Listen", stop: "Stop",
  noMicrophone: "No microphone was found.", denied: "The microphone may not be used. Allow it in the browser, or attach a recording.",
  choose: "Attach a recording", cancel: "Cancel", asking: "Waiting for the microphone", voice: "Voice message", close: "Close", next: "Next picture",
  previous: "Previous picture", zoom: "Zoom", open: "Open in a new tab", broken: "This recording cannot be played.",
  groups: ["Smileys", "People", "", "Animals and nature", "Food and drink", "Travel", "Activities", "Objects", "Symbols", "Flags"],
};
const de: typeof en = {
  emoji: "Emoji", search: "Emoji suchen", none: "Nichts gefunden", recent: "Zuletzt verwendet", recording: "Aufnahme", pause: "Pause", resume: "Weiter",
  play: "Abspielen", position: "Position", speed: "Tempo {speed}", sendVoice: "Sprachnachricht senden", discard: "Verwerfen", listen: "Anhören", stop: "Anhalten",
  noMicrophone: "Es wurde kein Mikrofon gefunden.", denied: "Das Mikrofon darf nicht verwendet werden. Erlauben Sie es im Browser, oder hängen Sie eine Aufnahme an.",
  choose: "Aufnahme anhängen", cancel: "Abbrechen", asking: "Warten auf das Mikrofon", voice: "Sprachnachricht", close: "Schließen", next: "Nächstes Bild",
  previous: "Voriges Bild", zoom: "Vergrößern", open: "In neuem Tab öffnen", broken: "Diese Aufnahme lässt sich nicht abspielen.",
  groups: ["Smileys", "Menschen", "", "Tiere und Natur", "Essen und Trinken", "Reisen", "Aktivitäten", "Gegenstände", "Symbole", "Flaggen"],
};
const es: typeof en = {
  emoji: "Emojis", search: "Buscar emojis", none: "No se ha encontrado nada", recent: "Usados recientemente", recording: "Grabando", pause: "Pausar", resume: "Continuar",
  play: "Reproducir", position: "Posición", speed: "Velocidad {speed}", sendVoice: "Enviar mensaje de voz", discard: "Descartar", listen: "Escuchar", stop: "Detener",
  noMicrophone: "No se ha encontrado ningún micrófono.", denied: "No se puede usar el micrófono. Permítalo en el navegador o adjunte una grabación.",
  choose: "Adjuntar una grabación", cancel: "Cancelar", asking: "Esperando al micrófono", voice: "Mensaje de voz", close: "Cerrar", next: "Imagen siguiente",
  previous: "Imagen anterior", zoom: "Ampliar", open: "Abrir en otra pestaña", broken: "Esta grabación no se puede reproducir.",
  groups: ["Caras", "Personas", "", "Animales y naturaleza", "Comida y bebida", "Viajes", "Actividades", "Objetos", "Símbolos", "Banderas"],
};
const ar: typeof en = {
  emoji: "رموز تعبيرية", search: "البحث في الرموز", none: "لا نتائج", recent: "المستخدمة مؤخرًا", recording: "جارٍ التسجيل", pause: "إيقاف مؤقت", resume: "متابعة",
  play: "تشغيل", position: "الموضع", speed: "السرعة {speed}", sendVoice: "إرسال الرسالة الصوتية", discard: "تجاهل", listen: "استماع", stop: "إيقاف",
  noMicrophone: "لم يُعثر على ميكروفون.", denied: "لا يمكن استخدام الميكروفون. اسمح به في المتصفح أو أرفق تسجيلًا.",
  choose: "إرفاق تسجيل", cancel: "إلغاء", asking: "في انتظار الميكروفون", voice: "رسالة صوتية", close: "إغلاق", next: "الصورة التالية",
  previous: "الصورة السابقة", zoom: "تكبير", open: "فتح في علامة تبويب جديدة", broken: "لا يمكن تشغيل هذا التسجيل.",
  groups: ["وجوه", "أشخاص", "", "حيوانات وطبيعة", "طعام وشراب", "سفر", "أنشطة", "أشياء", "رموز", "أعلام"],
};

const all: Readonly<Record<string, typeof en>> = { en, de, es, ar };
export const word = (): typeof en => all[spoken().slice(0, 2)] ?? en;

export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(Number.isFinite(seconds) ? seconds : 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
