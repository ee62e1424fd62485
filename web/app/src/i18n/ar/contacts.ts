import type { Catalogue } from "..";
import type { contacts as english } from "../en/contacts";

export const contacts: Pick<Catalogue, keyof typeof english> = {
  contacts: {
  },
};
