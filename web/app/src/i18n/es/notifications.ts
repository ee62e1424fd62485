import type { Catalogue } from "..";
import type { notifications as english } from "../en/notifications";

export const notifications: Pick<Catalogue, keyof typeof english> = {
  notifications: {
  },
};
