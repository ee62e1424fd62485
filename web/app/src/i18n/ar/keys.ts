import type { Catalogue } from "..";
import type { keys as english } from "../en/keys";

export const keys: Pick<Catalogue, keyof typeof english> = {
  keys: {
    change: "غيّر المفاتيح",
    text: "اضغط مفتاحًا لكل إجراء. لا تعمل أثناء الكتابة في حقل.",
    single_hint: "متوقف: تعمل فقط تلك التي مع Ctrl أو Cmd.",
    set: "حدد المفتاح",
    press: "اضغط مفتاحًا…",
    none: "لا شيء",
    reset: "العودة إلى المفتاح المعتاد",
    reset_all: "العودة إلى المفاتيح المعتادة",
    clash: (name: string) => `أيضًا: ${name}`,
    title: "اختصارات لوحة المفاتيح",
    next: "المحادثة التالية",
    previous: "المحادثة السابقة",
    open: "افتحها",
    pick: "خذها أو تولّها",
    reply: "اكتب ردًا",
    note: "اكتب ملاحظة",
    assign: "إحالة",
    close: "أغلق أو أعد الفتح",
    help: "هذه القائمة",
  },
};
