import type { Catalogue } from "..";
import type { search as english } from "../en/search";
import { counted, figure } from "../many";

export const search: Pick<Catalogue, keyof typeof english> = {
  search: {
    title: "البحث",
    placeholder: "كلمات، «عبارة»، from:me، has:file …",
    narrow: "ضيّق البحث",
    further: "جارٍ البحث في رسائل أقدم…",
    failed: "لم يستجب البحث.",
    offline: "دون اتصال: يحتاج البحث إلى الخادم.",
    start: { title: "ابحث في السجل كله", text: "يُعثر على ما يحوي كل الكلمات. ضع العبارة بين علامتي اقتباس، واستبعد كلمة بعلامة ناقص." },
    nothing: { title: "لم يُعثر على شيء", text: "جرّب كلمات أقل أو غيرها." },
    understood: (what: string) => `المفهوم: ${what}. جرّب كلمات أقل أو غيرها.`,
    count: (count: number) => counted("ar", count, { zero: "لا رسائل", one: "رسالة واحدة", two: "رسالتان", few: `${figure(count)} رسائل`, other: `${figure(count)} رسالة` }),
    operators: {
      "from:me": "ما كتبته",
      "from:customer": "ما كتبه العملاء",
      "has:file": "مع ملف",
      "has:image": "مع صورة",
      "channel:": "في قناة",
      "label:": "مع وسم",
      "in:note": "ملاحظات داخلية",
      "in:closed": "في محادثات مغلقة",
      "before:": "قبل تاريخ: 2026-11-01",
      "after:": "بعد تاريخ: 2026-11-01",
    },
  },
};
