import type { Catalogue } from "..";
import type { emoji as english } from "../en/emoji";

export const emoji: Pick<Catalogue, keyof typeof english> = {
  emoji: {
    open: "Emoji einfügen",
    menu: "Emoji",
    more: "Weitere Emoji",
  },
};
