import type { Catalogue } from "..";
import type { customer as english } from "../en/customer";

export const customer: Pick<Catalogue, keyof typeof english> = {
  customer: {
    label: "العميل",
    visitor: "زائر للموقع",
    reaches: "يصل إليك عبر",
    details: "التفاصيل",
    labels: "الوسوم",
    no_labels: "لا وسوم",
    earlier: "محادثات سابقة",
    files: "الملفات",
    subject: "الموضوع",
    since: "عميل منذ",
    number: "المحادثة",
  },
};
