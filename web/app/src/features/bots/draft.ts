/** A bot as its form has it, and what of it is sent. Pure. */

import type { ChannelDetail } from "../../api/types";
import { startOf, USUAL, type BotDetail, type BotKind, type BotLimits, type Disclosure, type Settings } from "./kinds";

export const WHENS = ["never", "always", "outside_hours", "delegated"] as const;
export type When = (typeof WHENS)[number];

/** `seconds`: of this channel alone; null: the bot's own. */
export interface Binding {
  readonly when: When;
  readonly seconds: number | null;
}

export interface Draft {
  readonly name: string;
  readonly kind: string;
  readonly mode: "live" | "approve" | "shadow";
  readonly settings: Settings;
  readonly limits: BotLimits;
  readonly channel_ids: readonly string[];
  readonly disclosure: Disclosure;
  readonly bindings: Readonly<Record<string, Binding>>;
}

const SECRETS: readonly string[] = ["api_key", "token"];

export function bindingOf(channel: ChannelDetail, bot: string | null): Binding {
  const bound = bot !== null && channel.bot?.id === bot ? channel.bot : null;
  return { when: bound?.when ?? "never", seconds: bound?.timeout_seconds ?? null };
}

export const bindingsOf = (channels: readonly ChannelDetail[], bot: string | null): Readonly<Record<string, Binding>> => Object.fromEntries(channels.map((one) => [one.id, bindingOf(one, bot)]));

export function draftOf(bot: BotDetail | null, channels: readonly ChannelDetail[]): Draft {
  return {
    name: bot?.name ?? "",
    kind: bot?.kind ?? "flow",
    mode: bot?.mode ?? "live",
    settings: bot?.settings ?? startOf("flow"),
    limits: { ...USUAL, ...bot?.limits },
    channel_ids: bot?.channel_ids ?? [],
    disclosure: bot?.disclosure ?? { on: true, texts: {} },
    bindings: bindingsOf(channels, bot?.id ?? null),
  };
}

export const ofKind = (draft: Draft, kind: BotKind): Draft => ({ ...draft, kind, settings: startOf(kind) });

/** A secret that was left empty stays as it is. */
export const given = (settings: Settings): Settings => Object.fromEntries(Object.entries(settings).filter(([name, value]) => !(SECRETS.includes(name) && value === "")));

/** What is sent of the bot itself. A wording that was emptied is Harken's own again. */
export function bodyOf(draft: Draft): Readonly<Record<string, unknown>> {
  const texts = Object.fromEntries(Object.entries(draft.disclosure.texts).filter(([, text]) => text.trim() !== ""));
  const { name, mode, limits, channel_ids } = draft;
  return { name: name.trim(), mode, settings: given(draft.settings), limits, channel_ids, disclosure: { on: draft.disclosure.on || draft.kind === "model", texts } };
}

/** The channels whose binding is another one now, with what each gets; null: no bot. */
export function rebound(draft: Draft, bot: string, channels: readonly ChannelDetail[]): { readonly channel: string; readonly bot: { readonly id: string; readonly when: When; readonly timeout_seconds: number | null } | null }[] {
  return channels.flatMap((channel) => {
    const before = bindingOf(channel, bot);
    const now = draft.bindings[channel.id] ?? before;
    if (now.when === before.when && (now.when === "never" || now.seconds === before.seconds)) return [];
    return [{ channel: channel.id, bot: now.when === "never" ? null : { id: bot, when: now.when, timeout_seconds: now.seconds } }];
  });
}

export const LIMITS = { max_turns: [1, 1000], messages_per_minute: [1, 120], timeout_seconds: [1, 300], idle_hours: [1, 720], held_minutes: [1, 10_080] } as const;
export type NumericLimit = keyof typeof LIMITS;

/** The numbers that the server would refuse, by the names of its errors. */
export function limitFaults(draft: Draft): string[] {
  const wrong = (Object.keys(LIMITS) as NumericLimit[]).filter((name) => !within(draft.limits[name], LIMITS[name])).map((name) => `limits.${name}`);
  const channels = Object.entries(draft.bindings).filter(([, { when, seconds }]) => when !== "never" && seconds !== null && !within(seconds, LIMITS.timeout_seconds));
  return [...wrong, ...channels.map(([id]) => `bindings.${id}`)];
}

const within = (value: number, [least, most]: readonly [number, number]): boolean => Number.isInteger(value) && value >= least && value <= most;
