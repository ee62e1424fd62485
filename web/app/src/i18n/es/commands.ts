import type { Catalogue } from "..";
import type { commands as english } from "../en/commands";

export const commands: Pick<Catalogue, keyof typeof english> = {
  commands: {
  },
};
