import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Event } from "../api/events";
import type { Agent, Channel, Conversation, Id, Label, Me, SavedView, Snapshot, Team, ViewCounts } from "../api/types";
import { apply } from "./apply";
import { newState, putConversation, takeSnapshot, type State } from "./state";
import { newThread } from "./threads";

/** Written and checked by tests/integration/test_apply.py: the server's own answers before and after each action. */
const EXAMPLES = join(import.meta.dirname, "../../../../tests/examples/apply");

interface Known {
  readonly seq: number;
  readonly me: Me;
  readonly views: ViewCounts;
  readonly agents: Readonly<Record<Id, Agent>>;
  readonly teams: Readonly<Record<Id, Team>>;
  readonly channels: Readonly<Record<Id, Channel>>;
  readonly labels: Readonly<Record<Id, Label>>;
  readonly saved_views: Readonly<Record<Id, SavedView>>;
  readonly conversations: Readonly<Record<Id, Conversation>>;
  readonly drafts?: Readonly<Record<Id, unknown>>;
}

interface Example {
  readonly action: string;
  readonly callers: readonly { readonly caller: string; readonly before: Known; readonly frames: readonly Event[]; readonly after: Known }[];
}

const files = readdirSync(EXAMPLES).filter((name) => name.endsWith(".json"));

/** A page that shows all conversations of the example, and any that its events bring. */
function stateOf(known: Known, frames: readonly Event[]): State {
  const state = newState();
  const { agents, teams, channels, labels, drafts: _, ...others } = known;
  const all = <T>(each: Readonly<Record<Id, T>>) => Object.values(each);
  const snapshot: Snapshot = {
    ...others, agents: all(agents), teams: all(teams), channels: all(channels), labels: all(labels), bots: [],
    saved_views: all(known.saved_views), quick_replies: { count: 0, revision: 0 }, notifications: { unread: 0 },
  };
  takeSnapshot(state, snapshot);
  for (const conversation of all(known.conversations)) putConversation(state, conversation);
  for (const { data } of frames) if ("conversation" in data) state.threads.set(data.conversation.id, newThread());
  return state;
}

function seen(state: State): Omit<Known, "me" | "drafts"> {
  const { inbox, yours, open, automated } = state.counts;
  return {
    seq: state.seq,
    views: { inbox: { count: inbox }, yours: { count: yours }, open: { count: open }, automated: { count: automated }, closed: {} },
    agents: Object.fromEntries(state.agents), teams: Object.fromEntries(state.teams),
    channels: Object.fromEntries(state.channels), labels: Object.fromEntries(state.labels),
    saved_views: Object.fromEntries(state.savedViews),
    conversations: Object.fromEntries(state.conversations),
  };
}

describe("the events of an action turn the old state into what a fresh page shows", () => {
  test("there are examples", () => expect(files.length).toBeGreaterThan(10));

  for (const file of files) {
    const { action, callers } = JSON.parse(readFileSync(join(EXAMPLES, file), "utf8")) as Example;
    for (const { caller, before, frames, after } of callers) {
      test(`${action}, as ${caller} sees it`, () => {
        const state = stateOf(before, frames);
        for (const frame of frames) expect(apply(state, frame)).toBe("applied");
        const { me: _me, drafts: _drafts, ...expected } = after; // drafts: drafts.ts keeps those
        expect(seen(state)).toEqual(expected);
      });
    }
  }
});
