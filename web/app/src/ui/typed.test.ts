import { expect, test } from "vitest";
import { holdsWords } from "./typed";

const field = (type: string, value: string, isConnected = true) => ({ type, value, isConnected });

test("a dialog with typed words holds on to them", () => {
  expect(holdsWords([field("search", "Ada"), field("textarea", "Please call her")])).toBe(true);
});
test("nothing typed, words taken back, a search or a field that is gone hold nobody up", () => {
  expect(holdsWords([])).toBe(false);
  expect(holdsWords([field("textarea", "  "), field("search", "Ada"), field("password", "x"), field("text", "My token", false)])).toBe(false);
});
