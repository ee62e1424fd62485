import type { Catalogue } from "..";
import type { look as english } from "../en/look";

export const look: Pick<Catalogue, keyof typeof english> = {
  look: {
  },
};
