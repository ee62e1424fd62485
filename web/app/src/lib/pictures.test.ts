import { expect, test } from "vitest";
import type { Attachment, Message } from "../api/types";
import { isShown, picturesOf, tileOf } from "./pictures";
import { fitted, zoomedAt } from "./zoom";

const picture = (id: string, details: Record<string, unknown> = {}, more: Partial<Attachment> = {}): Attachment => ({
  id, name: `${id}.png`, type: "image/png", size: 1, kind: "image", state: "ready", inline: false, details, ...more,
});
const message = (...attachments: Attachment[]) => ({ attachments }) as unknown as Message;

test("a picture has its place before it arrives", () => {
  expect(tileOf(picture("a", { width: 4000, height: 3000 }))).toEqual({ wide: 280, high: 210 });
  expect(tileOf(picture("a", { width: 20, height: 4000 }))).toEqual({ wide: 48, high: 280 });
  expect(tileOf(picture("a"))).toEqual({ wide: 280, high: 190 });
});

test("a picture of too many pixels is shown in no page", () => {
  expect(isShown(picture("bomb", { width: 50_000, height: 50_000 }))).toBe(false);
  expect(isShown(picture("a", { width: 4000, height: 3000 }))).toBe(true);
});

test("a phone's picture is shown where the server has made a small one of it, and is a card elsewhere", () => {
  const phone = (details: Record<string, unknown>) => picture("a", details, { name: "IMG_1.HEIC", type: "image/heic" });
  expect([isShown(phone({ width: 4032, height: 3024, thumbnail: true })), isShown(phone({}))]).toEqual([true, false]);
});

test("the pictures of a thread are those that are there, in order", () => {
  const files = picturesOf([message(picture("a"), picture("b", {}, { state: "pending" })), message(picture("c", {}, { kind: "file" })), message(picture("d"), picture("e", {}, { inline: true }))]);
  expect(files.map(({ file }) => file.id)).toEqual(["a", "d"]);
});

test("what is under the pointer stays there while it is zoomed", () => {
  const view = { scale: 1, x: 0, y: 0 };
  const zoomed = zoomedAt(view, 2, { x: 100, y: 50 });
  expect(zoomed).toEqual({ scale: 2, x: -100, y: -50 });
  expect(zoomedAt(zoomed, 1, { x: 100, y: 50 })).toEqual(view);
});

test("a picture is not pushed off the screen", () => {
  const frame = { wide: 1000, high: 800 };
  expect(fitted({ scale: 1, x: 300, y: -40 }, { wide: 600, high: 400 }, frame)).toEqual({ scale: 1, x: 0, y: 0 });
  expect(fitted({ scale: 2, x: 900, y: 0 }, { wide: 1000, high: 800 }, frame)).toEqual({ scale: 2, x: 500, y: 0 });
});
