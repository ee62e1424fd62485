import { expect, test } from "vitest";
import type { Author } from "../api/types";
import { Present } from "./companions";

const author = (kind: Author["kind"], id: string): Author => ({ kind, id, name: id });

test("a bot that handles a conversation no more types in it no more; others go on", () => {
  const present = new Present(() => 0, () => new Promise(() => undefined), () => undefined);
  const types = (actor: Author) => present.hear({ type: "typing", conversation_id: "c1", actor, active: true }, "ada");
  types(author("bot", "robo"));
  types(author("agent", "ben"));
  expect(present.of("c1").typing.map(({ id }) => id)).toEqual(["robo", "ben"]);
  present.handled({ id: "c1", handler: { kind: "bot", id: "robo" } });
  expect(present.of("c1").typing.map(({ id }) => id)).toEqual(["robo", "ben"]);
  present.handled({ id: "c1", handler: { kind: "agent", id: "ben" } });
  expect(present.of("c1").typing.map(({ id }) => id)).toEqual(["ben"]);
});
