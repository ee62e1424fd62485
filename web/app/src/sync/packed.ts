/** Values as short texts: what a hundred thousand rows have in common (their shape, words, ids, times) is written once, or
shorter. `unpack(pack(value))` equals `value`, whatever JSON it is. */

import { micros } from "./order";

/** How a part is made again: it is always the same, or what is read of the text at a place; or of its parts. */
type Plan =
  | { readonly same: unknown }
  | { readonly place: number; readonly read: (text: string) => unknown }
  | { readonly items: readonly Plan[] }
  | { readonly keys: readonly string[]; readonly values: readonly Plan[] };

const SEPARATOR = "\x1f";
const WHOLE = "\x1e"; // in front of what is written as it is
const MOST_SHAPES = 4_000;
/** Under these keys stand few different words: they are a part of the shape. */
const WORDS: ReadonlySet<string> = new Set(["status", "kind", "direction", "priority", "attachment"]);
/** Under these, ids that many have: their place in a table is written. */
const SHARED: ReadonlySet<string> = new Set(["channel_id", "team_id", "labels", "handler"]);

const shapes = new Map<string, number>();
const plans: Plan[] = [];
const tabled = new Map<string, number>();
const table: string[] = [];

export function pack(value: object): string {
  const texts: string[] = [];
  const shape = shapeOf(value, "", texts);
  if (texts.some((text) => text.includes(SEPARATOR))) return WHOLE + JSON.stringify(value);
  let at = shapes.get(shape);
  if (at === undefined) {
    if (plans.length >= MOST_SHAPES) return WHOLE + JSON.stringify(value);
    shapes.set(shape, (at = plans.push(planOf(value, "", [])) - 1));
  }
  texts.unshift(at.toString(36));
  return texts.join(SEPARATOR);
}

export function unpack(packed: string): unknown {
  if (packed.startsWith(WHOLE)) return JSON.parse(packed.slice(1));
  const texts = packed.split(SEPARATOR);
  return made(plans[parseInt(texts[0]!, 36)]!, texts);
}

function made(plan: Plan, texts: readonly string[]): unknown {
  if ("same" in plan) return plan.same;
  if ("place" in plan) return plan.read(texts[plan.place]!);
  if ("items" in plan) return plan.items.map((each) => made(each, texts));
  const value: Record<string, unknown> = {};
  for (let at = 0; at < plan.keys.length; at++) value[plan.keys[at]!] = made(plan.values[at]!, texts);
  return value;
}

/** What values of one plan have in common; what they have not is added to `texts`. */
function shapeOf(value: unknown, key: string, texts: string[]): string {
  if (typeof value === "string" || typeof value === "number") return leaf(value, key, texts).shape;
  if (value === null || typeof value !== "object") return `${value}`;
  let shape = "";
  if (Array.isArray(value)) {
    for (const each of value) shape += `${shapeOf(each, key, texts)},`;
    return `[${shape}]`;
  }
  for (const name of Object.keys(value)) shape += `${name}:${shapeOf(value[name as never], under(key, name), texts)},`;
  return `{${shape}}`;
}

function planOf(value: unknown, key: string, texts: string[]): Plan {
  if (typeof value === "string" || typeof value === "number") return leaf(value, key, texts).plan();
  if (value === null || typeof value !== "object") return { same: value };
  if (Array.isArray(value)) return { items: value.map((each) => planOf(each, key, texts)) };
  const keys = Object.keys(value);
  return { keys, values: keys.map((name) => planOf(value[name as never], under(key, name), texts)) };
}

const under = (key: string, name: string): string => (key === "handler" && name === "id" ? key : name);

function leaf(value: string | number, key: string, texts: string[]): { shape: string; plan: () => Plan } {
  if (value === "" || (WORDS.has(key) && typeof value === "string" && value.length < 20)) return { shape: JSON.stringify(value), plan: () => ({ same: value }) };
  const [code, text] = written(value, key);
  let place = texts.indexOf(text); // the same text again, as most times of a row are
  if (place < 0) place = texts.push(text) - 1;
  return { shape: code + place, plan: () => ({ place: place + 1, read: READERS[code] }) };
}

type Code = "number" | "table" | "id" | "micros" | "millis" | "text";

function written(value: string | number, key: string): [Code, string] {
  if (typeof value === "number") return ["number", String(value)];
  if (SHARED.has(key)) return ["table", placeOf(value).toString(36)];
  if (value.length === 36 && ID.test(value)) return ["id", shortId(value)];
  if (value.length >= 20 && value.length <= 27 && value[10] === "T") {
    const text = micros(value).toString(36);
    if (READERS.millis(text) === value) return ["millis", text];
    if (READERS.micros(text) === value) return ["micros", text];
  }
  return ["text", value];
}

const READERS: Readonly<Record<Code, (text: string) => string | number>> = {
  number: Number,
  table: (text) => table[parseInt(text, 36)]!,
  id: longId,
  micros: (text) => {
    const at = parseInt(text, 36);
    const fraction = String(at % 1e6).padStart(6, "0").replace(/0+$/u, "");
    return `${new Date(Math.floor(at / 1e3)).toISOString().slice(0, 19)}${fraction && "."}${fraction}Z`;
  },
  millis: (text) => new Date(Math.floor(parseInt(text, 36) / 1e3)).toISOString(),
  text: String,
};

function placeOf(value: string): number {
  let place = tabled.get(value);
  if (place === undefined) tabled.set(value, (place = table.push(value) - 1));
  return place;
}

// An id's 32 digits as 22 signs: three digits are two of 64.
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u;
const SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const pairs = Array.from({ length: 4096 }, (_, n) => SIGNS[n >> 6]! + SIGNS[n & 63]!);
const digits = new Map(pairs.map((pair, n) => [pair, n.toString(16).padStart(3, "0")]));

function shortId(id: string): string {
  const hex = `${id.slice(0, 8)}${id.slice(9, 13)}${id.slice(14, 18)}${id.slice(19, 23)}${id.slice(24)}0`;
  let short = "";
  for (let at = 0; at < 33; at += 3) short += pairs[parseInt(hex.slice(at, at + 3), 16)]!;
  return short;
}

function longId(short: string): string {
  let hex = "";
  for (let at = 0; at < 22; at += 2) hex += digits.get(short.slice(at, at + 2))!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
