import { expect, test } from "vitest";
import { colourOf, firstName, initials } from "./people";

test.each([
  ["Marta Oliveira", "MO"],
  ["Dr. Shreya Patel", "SP"],
  ["張 偉", "張"],
  ["+49 151 2345 6789", "#"],
  ["support@shop.example", "SE"],
  ["Élodie", "É"],
  ["Fatima Al-Sayed", "FA"],
  ["", "#"],
])("%s is drawn as %s", (name, letters) => expect(initials(name)).toBe(letters));

test("a title is not a first name", () => expect(firstName("Dr. Shreya Patel")).toBe("Shreya"));

test("a colour stays with its id and is one of six", () => {
  const colours = new Set(Array.from({ length: 100 }, (_, index) => colourOf(`id-${index}`)));
  expect([...colours].every((colour) => colour >= 1 && colour <= 6)).toBe(true);
  expect(colourOf("x")).toBe(colourOf("x"));
});
