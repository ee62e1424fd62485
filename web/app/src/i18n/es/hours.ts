import type { Catalogue } from "..";
import type { hours as english } from "../en/hours";

export const hours: Pick<Catalogue, keyof typeof english> = {
  hours: {
  },
};
