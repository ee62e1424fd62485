import type { Catalogue } from "..";
import type { commands as english } from "../en/commands";
import { counted, figure } from "../many";

export const commands: Pick<Catalogue, keyof typeof english> = {
  commands: {
    palette: "الأوامر والبحث",
    find: "ابحث أو نفّذ أمرًا",
    search: "ابحث في كل شيء",
    go: (name: string) => `اذهب إلى ${name}`,
    labelled: (name: string) => `الوسم: ${name}`,
    handled: (name: string) => `لدى ${name}`,
    settings: (name: string) => `الإعدادات: ${name}`,
    all_hits: (text: string) => `كل نتائج «${text}»`,
    count: (count: number) => counted("ar", count, { zero: "لا نتائج", one: "نتيجة واحدة", two: "نتيجتان", few: `${figure(count)} نتائج`, other: `${figure(count)} نتيجة` }),
    groups: { commands: "إجراءات", conversations: "محادثات", contacts: "جهات اتصال", messages: "رسائل", more: "المزيد", go: "اذهب إلى", conversation: "المحادثة", list: "القائمة", write: "الكتابة", app: "في كل مكان" },
  },
};
