import { expect, test } from "vitest";
import type { ChannelDetail } from "../../api/types";
import { bodyOf, draftOf, limitFaults, ofKind, rebound } from "./draft";
import { startOf, USUAL, type BotDetail } from "./kinds";

const channel = (id: string, bot: ChannelDetail["bot"] = null) => ({ id, name: id, bot }) as unknown as ChannelDetail;
const BOT = { id: "robo", name: "Robo", kind: "model", mode: "live", settings: { model: "small", api_key: "" }, limits: USUAL, channel_ids: [], disclosure: { on: true, texts: { de: " " } } } as unknown as BotDetail;
const CHANNELS = [channel("shop", { id: "robo", when: "always", timeout_seconds: 7 }), channel("mail", { id: "other", when: "always", timeout_seconds: 3 }), channel("app")];

test("another binding keeps the channel's time-out, and channels that stay are left alone", () => {
  const draft = draftOf(BOT, CHANNELS);
  expect(rebound(draft, "robo", CHANNELS)).toEqual([]);
  const changed = { ...draft, bindings: { ...draft.bindings, shop: { ...draft.bindings.shop!, when: "delegated" as const }, app: { when: "always" as const, seconds: null } } };
  expect(rebound(changed, "robo", CHANNELS)).toEqual([
    { channel: "shop", bot: { id: "robo", when: "delegated", timeout_seconds: 7 } },
    { channel: "app", bot: { id: "robo", when: "always", timeout_seconds: null } },
  ]);
});

test("a channel that the bot leaves has no bot; one of another bot is not touched", () => {
  const draft = draftOf(BOT, CHANNELS);
  const left = { ...draft, bindings: { ...draft.bindings, shop: { when: "never" as const, seconds: 7 } } };
  expect(rebound(left, "robo", CHANNELS)).toEqual([{ channel: "shop", bot: null }]);
});

test("a secret that was left empty and a wording that was emptied are not sent", () => {
  expect(bodyOf({ ...draftOf(BOT, CHANNELS), disclosure: { on: false, texts: {} } })).toMatchObject({ disclosure: { on: true } });
  expect(bodyOf(draftOf(BOT, CHANNELS))).toMatchObject({ settings: { model: "small" }, disclosure: { on: true, texts: {} } });
});

test("numbers outside of what is possible are named before the server is asked", () => {
  const draft = draftOf(null, CHANNELS);
  expect(limitFaults(draft)).toEqual([]);
  const wrong = { ...draft, limits: { ...USUAL, timeout_seconds: 0, max_turns: NaN, messages_per_minute: 1.5 }, bindings: { shop: { when: "always" as const, seconds: 301 } } };
  expect(limitFaults(wrong)).toEqual(["limits.max_turns", "limits.messages_per_minute", "limits.timeout_seconds", "bindings.shop"]);
});

test("another kind begins with its own settings", () => {
  expect(ofKind(draftOf(null, []), "answers").settings).toEqual(startOf("answers"));
});
