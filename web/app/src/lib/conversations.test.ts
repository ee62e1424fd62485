import { describe, expect, test } from "vitest";
import type { Conversation } from "../api/types";
import { replyRefusal } from "./conversations";

const conversation = (blocked: boolean | undefined, allowed: boolean, reason: string | null) =>
  ({ contact: { id: "bo", name: "Bo", revision: 1, ...(blocked === undefined ? {} : { blocked }) }, reply: { allowed, reason, window_ends_at: null } }) as unknown as Conversation;

describe("why nobody can answer", () => {
  test("a contact that was blocked since the conversation was loaded", () => expect(replyRefusal(conversation(true, true, null))).toBe("blocked"));
  test("nothing, once they are let in again", () => expect(replyRefusal(conversation(false, false, "blocked"))).toBeNull());
  test("a channel that is off stays off", () => expect(replyRefusal(conversation(false, false, "channel_off"))).toBe("channel_off"));
  test("what an older server says of the reply holds", () => expect(replyRefusal(conversation(undefined, false, "blocked"))).toBe("blocked"));
  test("nothing", () => expect(replyRefusal(conversation(false, true, null))).toBeNull());
});
