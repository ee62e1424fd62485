import type { Catalogue } from "..";
import type { search as english } from "../en/search";

export const search: Pick<Catalogue, keyof typeof english> = {
  search: {
  },
};
