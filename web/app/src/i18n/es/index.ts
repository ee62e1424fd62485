/** Español. */

import type { Catalogue } from "..";
import { auth } from "./auth";
import { automatic } from "./automatic";
import { bots } from "./bots";
import { botsetup } from "./botsetup";
import { commands } from "./commands";
import { composer } from "./composer";
import { contacts } from "./contacts";
import { core } from "./core";
import { customer } from "./customer";
import { emoji } from "./emoji";
import { files } from "./files";
import { hours } from "./hours";
import { keys } from "./keys";
import { list } from "./list";
import { look } from "./look";
import { notifications } from "./notifications";
import { quickreplies } from "./quickreplies";
import { search } from "./search";
import { security } from "./security";
import { settings } from "./settings";
import { thread } from "./thread";
import { views } from "./views";

export const es: Catalogue = {
  ...auth,
  ...automatic,
  ...bots,
  ...botsetup,
  ...commands,
  ...composer,
  ...contacts,
  ...core,
  ...customer,
  ...emoji,
  ...files,
  ...hours,
  ...keys,
  ...list,
  ...look,
  ...notifications,
  ...quickreplies,
  ...search,
  ...security,
  ...settings,
  ...thread,
  ...views,
};
