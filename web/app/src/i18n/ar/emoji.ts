import type { Catalogue } from "..";
import type { emoji as english } from "../en/emoji";

export const emoji: Pick<Catalogue, keyof typeof english> = {
  emoji: {
    open: "إدراج رمز تعبيري",
    menu: "الرموز التعبيرية",
    more: "مزيد من الرموز التعبيرية",
  },
};
