import { expect, test } from "vitest";
import { captioned, messagesOf, mostFiles, type Limits } from "./outgoing";

const file = (name: string, caption = "", voice = false) => ({ file: name, caption, voice });
const MAIL: Limits = { max_files: 20, captions: true };
const ONE: Limits = { max_files: 1, captions: true, voice: "audio/ogg" };
const SMS: Limits = { max_files: 1, captions: false };

test("text and files are one message where the channel takes them so", () => {
  expect(messagesOf(" See these ", [file("a"), file("b")], MAIL)).toEqual([{ text: "See these", files: ["a", "b"] }]);
  expect(messagesOf("Hello", [], MAIL)).toEqual([{ text: "Hello", files: [] }]);
  expect(messagesOf("  ", [], MAIL)).toEqual([]);
});

test("more files than one message takes go on in the next, and the text goes once", () => {
  expect(messagesOf("Three", [file("a"), file("b"), file("c")], { max_files: 2, captions: true })).toEqual([
    { text: "Three", files: ["a", "b"] },
    { text: "", files: ["c"] },
  ]);
});

test("where a message takes one file, several go in their order, each with its own words", () => {
  expect(captioned(ONE, 2)).toBe(true);
  expect(mostFiles(ONE)).toBeGreaterThan(1);
  expect(messagesOf("First this", [file("a", "the front"), file("b")], ONE)).toEqual([
    { text: "First this", files: [] },
    { text: "the front", files: ["a"] },
    { text: "", files: ["b"] },
  ]);
  expect(messagesOf("The front", [file("a")], ONE)).toEqual([{ text: "The front", files: ["a"] }]);
  expect(messagesOf("", [file("a", "left from two")], ONE)).toEqual([{ text: "left from two", files: ["a"] }]);
});

test("without captions the text is a message of its own", () => {
  expect(messagesOf("Look", [file("a")], SMS)).toEqual([
    { text: "Look", files: [] },
    { text: "", files: ["a"] },
  ]);
});

test("a voice note stands alone where the channel has them", () => {
  const limits = { max_files: 5, captions: true, voice: "audio/ogg" };
  expect(messagesOf("Hi", [file("note", "", true)], limits)).toEqual([
    { text: "Hi", files: [] },
    { text: "", files: ["note"] },
  ]);
  expect(messagesOf("Hi", [file("a"), file("note", "", true), file("b")], limits)).toEqual([
    { text: "Hi", files: ["a"] },
    { text: "", files: ["note"] },
    { text: "", files: ["b"] },
  ]);
  expect(messagesOf("Hi", [file("note", "", true)], MAIL)).toEqual([{ text: "Hi", files: ["note"] }]);
});
