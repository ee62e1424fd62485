import { expect, test, vi } from "vitest";
import { newId } from "./id";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("an id is a UUID also where the page came over plain http", () => {
  expect(newId()).toMatch(UUID);
  vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
  expect(newId()).toMatch(UUID);
  expect(newId()).not.toBe(newId());
  vi.unstubAllGlobals();
});
