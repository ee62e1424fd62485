/** Writing a bot and where it answers: the bot first, then each channel whose binding is another one. */

import { call } from "../../api/client";
import type { Channel, ChannelDetail, Page } from "../../api/types";
import { refused } from "../../lib/refused";
import { bodyOf, rebound, type Draft } from "./draft";
import type { BotDetail } from "./kinds";

/** `unbound`: why a channel was not changed, though the bot is saved. Raises ApiError when the bot is not. */
export async function save(draft: Draft, bot: BotDetail | null, channels: readonly ChannelDetail[]): Promise<{ readonly bot: BotDetail; readonly unbound: string }> {
  const body = bodyOf(draft);
  const done = bot ? await call<BotDetail>("PATCH", `/api/bots/${bot.id}`, { body }) : await call<BotDetail>("POST", "/api/bots", { body: { ...body, kind: draft.kind } });
  try {
    for (const one of rebound(draft, done.id, channels)) await call("PATCH", `/api/channels/${one.channel}`, { body: { bot: one.bot } });
  } catch (error) {
    return { bot: done, unbound: refused(error).text };
  }
  return { bot: done, unbound: "" };
}

/** With which bot each has: the listing does not tell. */
export async function loadChannels(): Promise<ChannelDetail[]> {
  const all = (await call<Page<Channel>>("GET", "/api/channels")).items;
  return Promise.all(all.filter(({ active }) => active).map(({ id }) => call<ChannelDetail>("GET", `/api/channels/${id}`)));
}
