import type { Catalogue } from "..";
import type { emoji as english } from "../en/emoji";

export const emoji: Pick<Catalogue, keyof typeof english> = {
  emoji: {
    open: "Insertar un emoji",
    menu: "Emojis",
    more: "Más emojis",
  },
};
