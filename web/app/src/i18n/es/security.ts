import type { Catalogue } from "..";
import type { security as english } from "../en/security";

export const security: Pick<Catalogue, keyof typeof english> = {
  security: {
  },
};
