import type { Catalogue } from "..";
import type { views as english } from "../en/views";

export const views: Pick<Catalogue, keyof typeof english> = {
  saved: {
  },
};
