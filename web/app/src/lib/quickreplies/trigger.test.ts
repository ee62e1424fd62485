import { expect, test } from "vitest";
import { callAt, callingSlash, escapedAt } from "./trigger";

const at = (marked: string) => {
  const caret = marked.indexOf("^");
  return callAt(marked.replace("^", ""), caret);
};

test.each([
  ["/^", ""],
  ["/re^", "re"],
  ["\\re^", "re"],
  ["Hello /thanks^", "thanks"],
  ["Hello\n/thanks^", "thanks"],
  ["Hello\t/th^anks", "th"],
  ["/order status^", "order status"],
  ["مرحبا /شكر^", "شكر"],
  ["😀 /dank^", "dank"],
  [`${"a".repeat(500)} /re^`, "re"],
])("%s calls with what follows the slash", (marked, query) => {
  expect(at(marked)?.query).toBe(query);
});

test.each([
  "https://^", "https://harken.example/re^", "see harken.example/re^", "12/^", "12/03^", "2026/03/12^", "and/or^", "and/^", "1/2 cup^", "/^ or", "w/o^", "km/h^", "a\\b^", "C:\\^", "/usr/bin^", "/ ^", "//^", "/re\nnext^", "^/re", "//cdn.example^", "",
].filter((each) => each !== "/^ or"))("%s calls nothing", (marked) => {
  expect(at(marked)).toBeNull();
});

test("a call says where it stands, so that it can be replaced", () => {
  expect(callAt("Hi /re and more", 6)).toEqual({ start: 3, end: 6, query: "re" });
});

test("text that goes on after an unanswered slash for a whole sentence calls nothing any more", () => {
  expect(at(`/${"a ".repeat(40)}^`)).toBeNull();
});

test("whatever stands before a letter, digit or sign and its slash, nothing is called", () => {
  for (let code = 33; code < 1_500; code += 1) {
    const letter = String.fromCharCode(code);
    if (/\s/u.test(letter) || letter === "/" || letter === "\\") continue;
    expect(callAt(`${letter}/re`, 4), letter).toBeNull();
    expect(callAt(`${letter} /re`, 5)?.query, letter).toBe("re");
  }
});

test("two slashes where one would call are the sign itself, and nowhere else", () => {
  expect(escapedAt("//", 2)).toEqual({ start: 0, end: 2, slash: "/" });
  expect(escapedAt("a \\\\", 4)).toEqual({ start: 2, end: 4, slash: "\\" });
  for (const text of ["https://", "a//", "/\\", "//a", "///"]) expect(escapedAt(text, text.length), text).toBeNull();
});

test("the icon's slash calls wherever the caret stands", () => {
  for (const text of ["", "Hello", "Hello ", "12", "https:", "a\n", "/"]) {
    const typed = text + callingSlash(text, text.length);
    expect(callAt(typed, typed.length)?.query, text).toBe("");
  }
});
