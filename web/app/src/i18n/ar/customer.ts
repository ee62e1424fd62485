import type { Catalogue } from "..";
import type { customer as english } from "../en/customer";

export const customer: Pick<Catalogue, keyof typeof english> = {
  customer: {
    label: "العميل",
    visitor: "زائر للموقع",
    reaches: "يصل إليك عبر",
    labels: "الوسوم",
    earlier: "محادثات سابقة",
    subject: "الموضوع",
    here: "هذه المحادثة",
    number: "الرقم",
  },
};
