/** An icon for each view. */

import Bot from "@lucide/svelte/icons/bot";
import CircleCheck from "@lucide/svelte/icons/circle-check";
import Inbox from "@lucide/svelte/icons/inbox";
import UserRound from "@lucide/svelte/icons/user-round";
import UsersRound from "@lucide/svelte/icons/users-round";

export const VIEW_ICONS = { inbox: Inbox, yours: UserRound, open: UsersRound, automated: Bot, closed: CircleCheck };
