import fc from "fast-check";
import { expect, test } from "vitest";
import { Known } from "./known";
import { pack, unpack } from "./packed";
import { ModelServer } from "./testing/model";

const time = fc.tuple(fc.date({ min: new Date("1971-01-01"), max: new Date("2090-01-01"), noInvalidDate: true }), fc.constantFrom("", ".5", ".000001", ".12", ".120", ".123456", ".900"))
  .map(([date, fraction]) => `${date.toISOString().slice(0, 19)}${fraction}Z`);
const text = fc.oneof(fc.uuid(), time, fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("", "open", "2026-99-99T99:99:99Z", "A\x1fB", "\x1e{}", "0"));
const key = fc.oneof(fc.constantFrom("id", "status", "kind", "handler", "labels", "channel_id", "at"), fc.stringMatching(/^[a-z:{,]{1,6}$/u));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0), fc.boolean(), fc.constant(null), fc.array(tie("value"), { maxLength: 4 }), fc.dictionary(key, tie("value"), { maxKeys: 6, noNullPrototype: true })),
}));

test("what is packed is the same again, whatever it holds", () => {
  fc.assert(fc.property(fc.dictionary(key, value, { noNullPrototype: true }), (packed) => {
    expect(unpack(pack(packed))).toEqual(packed);
  }), { numRuns: 3_000 });
});

test("what rests is known, small, and comes back as it was", () => {
  const model = new ModelServer();
  model.customerWrites("c0", null);
  const row = { ...model.row("c0"), id: "01a00000-0000-7000-8000-000000000001", contact: { id: "01a00000-0000-7000-8000-00000000000c", name: "Bo", revision: 7 } };
  const known = new Known(1);
  for (const id of ["a", "b", "c"]) known.set(id, { ...row, id });
  known.rest();
  expect([known.size, known.has("a"), [...known.keys()].sort()]).toEqual([3, true, ["a", "b", "c"]]);
  expect(known.get("a")).toEqual({ ...row, id: "a" });
  expect(known.get("a")).toBe(known.get("a"));
  expect(Object.fromEntries(known)).toEqual({ a: { ...row, id: "a" }, b: { ...row, id: "b" }, c: { ...row, id: "c" } });
  expect(pack(row).length).toBeLessThan(JSON.stringify(row).length / 3);
  known.delete("b");
  expect([known.get("b"), known.size]).toEqual([undefined, 2]);
});
