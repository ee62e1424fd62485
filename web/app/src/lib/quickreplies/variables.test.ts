import { expect, test } from "vitest";
import { fill, unfilled, unknown, type Values } from "./variables";

const VALUES: Values = {
  contact: { name: "Dr. Marta Oliveira", email: "marta@example.com", attributes: { Plan: "Business", seats: 0, vip: false } },
  agent: { name: "Ada Lindqvist" },
  conversation: { number: 1042 },
  channel: { name: "WhatsApp" },
  team: { name: "" },
};

test("every variable takes its value", () => {
  const text = "{{contact.first_name}}|{{ contact.name }}|{{contact.email}}|{{contact.attributes.plan}}|{{agent.first_name}}|{{agent.name}}|{{conversation.number}}|{{channel.name}}";
  expect(fill(text, VALUES)).toBe("Marta|Dr. Marta Oliveira|marta@example.com|Business|Ada|Ada Lindqvist|1042|WhatsApp");
});

test("no is a value, and so is nought", () => {
  expect(fill("{{contact.attributes.seats}} {{contact.attributes.vip}}", VALUES)).toBe("0 false");
});

test("what has no value says what was written for that case, or stays and is marked", () => {
  const filled = fill("Team {{team.name|Support}}, {{contact.attributes.city}}, {{team.name| }}", VALUES);
  expect(filled).toBe("Team Support, {{contact.attributes.city}}, {{team.name| }}");
  expect(unfilled(filled).map(([from, to]) => filled.slice(from, to))).toEqual(["{{contact.attributes.city}}", "{{team.name| }}"]);
});

test("a telephone number is no first name", () => {
  for (const name of ["+49 151 2345", "(030) 123", "bo@example.com", ""]) {
    expect(fill("Hi {{contact.first_name|there}}", { ...VALUES, contact: { ...VALUES.contact, name } }), name).toBe("Hi there");
  }
});

test("braces of other kinds are text like any other", () => {
  const text = "{ } {{}} {{x}} {{#if contact}} {{contact}} ${{github.token}} {{{contact.nam";
  expect(fill(text, VALUES)).toBe(text);
  expect(unfilled(text)).toEqual([]);
});

test("what a customer is called is never taken for a variable or a pattern", () => {
  const odd = { ...VALUES, contact: { ...VALUES.contact, name: "$& {{agent.name}} $1" } };
  expect(fill("{{contact.name}}", odd)).toBe("$& {{agent.name}} $1");
});

test("names that mean nothing are told to who writes them", () => {
  expect(unknown("{{contact.frist_name}} {{contact.name}} {{contact.attributes.plan|x}} {{ order }}")).toEqual(["contact.frist_name", "order"]);
});
