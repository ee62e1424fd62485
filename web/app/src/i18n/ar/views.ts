import type { Catalogue } from "..";
import type { views as english } from "../en/views";

export const views: Pick<Catalogue, keyof typeof english> = {
  saved: {
    title: "طرق العرض المحفوظة",
    text: "قوائم بعوامل تصفية وترتيب تعود إليها. المشتركة يراها الجميع.",
    empty: { title: "لا طرق عرض محفوظة بعد", text: "ضيّق قائمة بعوامل التصفية ثم احفظها باسم." },
    name: "الاسم",
    save_title: "احفظ طريقة العرض هذه",
    save_this: "احفظ طريقة العرض هذه",
    save_new: "احفظها كجديدة",
    changed: "تغيّرت",
    gone: "أُزيلت طريقة العرض المحفوظة هذه، ولا تزال عوامل تصفيتها مطبقة.",
    share: "شاركها مع الجميع",
    mine: "أنت فقط",
    everyone: "الجميع",
    rename: "إعادة تسمية",
    up: "إلى أعلى",
    down: "إلى أسفل",
    remove_question: "إزالة طريقة العرض هذه؟",
    remove_shared: (name: string) => `تختفي ${name} لدى الجميع.`,
  },
};
