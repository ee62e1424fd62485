import type { Catalogue } from "..";
import type { views as english } from "../en/views";

export const views: Pick<Catalogue, keyof typeof english> = {
  saved: {
    title: "العروض المحفوظة",
    text: "قوائم بمرشحات وترتيب تعود إليها. المشتركة يراها الجميع.",
    empty: { title: "لا عروض محفوظة بعد", text: "ضيّق قائمة بالمرشحات ثم احفظها باسم." },
    name: "الاسم",
    save_title: "احفظ هذا العرض",
    save_this: "احفظ هذا العرض",
    save_new: "احفظه جديدًا",
    changed: "تغيّر",
    gone: "أُزيل هذا العرض المحفوظ، ولا تزال عوامل التصفية مطبقة.",
    share: "شاركه مع الجميع",
    mine: "أنت فقط",
    everyone: "الجميع",
    rename: "إعادة تسمية",
    up: "إلى أعلى",
    down: "إلى أسفل",
    remove_question: "إزالة هذا العرض؟",
    remove_shared: (name: string) => `يختفي ${name} لدى الجميع.`,
  },
};
