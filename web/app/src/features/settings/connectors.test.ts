import { expect, test } from "vitest";
import { settingsOf, valuesOf, type Setting } from "./connectors";

const setting = (name: string, kind: Setting["kind"], more: Partial<Setting> = {}): Setting => ({
  name, kind, label: name, required: false, generated: false, default: null, choices: [], help: "", ...more,
});
const settings = [
  setting("host", "text"), setting("port", "number", { default: 993 }), setting("password", "secret"),
  setting("origins", "list", { default: [] }), setting("strict", "boolean", { default: true }),
];

test("a form begins with defaults and what is stored, never with a secret", () => {
  expect(valuesOf(settings, { host: "mail.example", password: "x", origins: ["a", "b"] })).toEqual({
    host: "mail.example", port: "993", password: "", origins: "a\nb", strict: true,
  });
});
test("what is sent has the setting's own type; an empty secret is left alone and an emptied text is taken away", () => {
  expect(settingsOf(settings, { host: " ", port: "143", password: "", origins: "https://a\n\n https://b ", strict: false })).toEqual({
    host: null, port: 143, origins: ["https://a", "https://b"], strict: false,
  });
});
