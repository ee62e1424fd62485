/** What stands in double braces in a Quick Reply, filled from what is known; the rest stays, and is marked. Pure. */

import type { AttributeValue } from "../../api/types";
import type { Range } from "../fuzzy";

export interface Values {
  readonly contact: { readonly name: string; readonly email: string; readonly attributes: Readonly<Record<string, AttributeValue>> };
  readonly agent: { readonly name: string };
  readonly conversation: { readonly number: number | null };
  readonly channel: { readonly name: string };
  readonly team: { readonly name: string };
}

/** Those that are offered when one writes; an attribute is `contact.attributes.NAME`. */
export const VARIABLES = [
  "contact.first_name", "contact.name", "contact.email", "agent.first_name", "agent.name", "conversation.number", "channel.name", "team.name",
] as const;

/** {{name}} or {{name|what to say when there is no value}}. */
const VARIABLE = /\{\{\s*((?:contact|agent|conversation|channel|team)\.[^{}|\n]+?)\s*(?:\|([^{}\n]*))?\}\}/gu;

export const fill = (text: string, values: Values): string =>
  text.replace(VARIABLE, (whole, name: string, instead?: string) => valueOf(name, values) || (instead?.trim() ?? "") || whole);

/** Where a variable stands that nothing has filled. */
export const unfilled = (text: string): Range[] => [...text.matchAll(VARIABLE)].map(({ 0: whole, index }) => [index, index + whole.length]);

/** The same as they are written. */
export const unfilledNames = (text: string): string[] => [...new Set(unfilled(text).map(([from, to]) => text.slice(from, to)))];

/** The names in a text that mean nothing: written wrong. */
export function unknown(text: string): string[] {
  const names = [...text.matchAll(/\{\{([^{}\n]*)\}\}/gu)].map(({ 1: inner }) => inner!.split("|")[0]!.trim());
  return [...new Set(names.filter((name) => !VARIABLES.some((each) => each === name) && !/^contact\.attributes\.\S/u.test(name)))];
}

/** "" when there is none. */
function valueOf(name: string, { contact, agent, conversation, channel, team }: Values): string {
  switch (name) {
    case "contact.first_name":
      return firstOf(contact.name);
    case "contact.name":
      return contact.name.trim();
    case "contact.email":
      return contact.email;
    case "agent.first_name":
      return firstOf(agent.name);
    case "agent.name":
      return agent.name.trim();
    case "conversation.number":
      return conversation.number === null ? "" : String(conversation.number);
    case "channel.name":
      return channel.name;
    case "team.name":
      return team.name;
    default:
      return name.startsWith("contact.attributes.") ? attribute(name.slice("contact.attributes.".length).trim(), contact.attributes) : "";
  }
}

function attribute(name: string, attributes: Values["contact"]["attributes"]): string {
  const key = Object.hasOwn(attributes, name) ? name : Object.keys(attributes).find((each) => each.toLowerCase() === name.toLowerCase());
  const value = key === undefined ? undefined : attributes[key];
  return value === undefined || value === null ? "" : String(value);
}

/** A telephone number or an address is no name that one greets with. */
function firstOf(name: string): string {
  const words = name.trim().split(/\s+/u);
  const first = words.find((word, at) => !(at === 0 && words.length > 1 && /^(?:dr|prof|mr|mrs|ms|herr|frau|sr|sra|mag|ing)\.?$/iu.test(word))) ?? "";
  return /^[+\d(]|@/u.test(first) ? "" : first;
}
