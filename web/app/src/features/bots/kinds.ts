/** The kinds of bots and their settings, as the form has them: words to the server's shapes and back. Pure. */

export const KINDS = ["flow", "answers", "model", "webhook", "rasa", "chatwoot"] as const;
export type BotKind = (typeof KINDS)[number];
export type Settings = Readonly<Record<string, unknown>>;

export interface Article {
  readonly title: string;
  readonly text: string;
  readonly samples: readonly string[];
  readonly language?: string | null;
  readonly url?: string | null;
}

/** A call that a model may make (harken/bots/language_model/settings.py). `parameters`: JSON Schema of an object. */
export interface UrlTool {
  readonly name: string;
  readonly description: string;
  readonly url: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly seconds: number;
}

/** harken/conversations/bots.py: Limits. */
export interface BotLimits {
  readonly max_turns: number;
  readonly messages_per_minute: number;
  readonly may_close: boolean;
  readonly timeout_seconds: number;
  readonly idle_hours: number;
  readonly held_minutes: number;
  readonly reads_files: boolean;
}
export const USUAL: BotLimits = { max_turns: 30, messages_per_minute: 12, may_close: true, timeout_seconds: 20, idle_hours: 24, held_minutes: 30, reads_files: false };

export interface Disclosure {
  readonly on: boolean;
  readonly texts: Readonly<Record<string, string>>;
}

/** A bot as its admins see it (harken/bots/model.py). `token`, `secret`: once. */
export interface BotDetail {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly state: "on" | "paused";
  readonly mode: "live" | "approve" | "shadow";
  readonly version: number;
  readonly settings: Settings;
  readonly secret_names: readonly string[];
  readonly limits: BotLimits;
  readonly channel_ids: readonly string[];
  readonly disclosure: Disclosure;
  readonly handling: number;
  readonly away_until: string | null;
  readonly failed_text: string;
  readonly token?: string | null;
  readonly secret?: string | null;
}

/** Where a flow's author begins. */
const FLOW = `start: topic
steps:
  topic:
    type: choice
    text: What is it about?
    options:
      - {title: An order, next: number}
      - {title: Something else, next: person}
  number: {type: question, text: "Your order number?", field: order, next: person}
  person: {type: handoff, reason: "Order {{fields.order|unknown}}"}
`;

export function startOf(kind: BotKind): Settings {
  switch (kind) {
    case "flow":
      return { document: FLOW };
    case "answers":
      return { articles: [], quick_replies: true, sure: 0.6, margin: 0.15, maybe: 0.25, close_when_solved: false, embedding_url: "", embedding_model: "" };
    case "model":
      return { base_url: "", model: "", instructions: "", tools: ["search_knowledge", "hand_off"], urls: [], articles: [], quick_replies: true, answer_tokens: 600, turn_calls: 5, conversation_tokens: 50_000 };
    default:
      return { url: "" };
  }
}

/** The steps of a flow's document in its order, as far as they can be made out while it is being written. */
export function stepsOf(source: string): { readonly name: string; readonly type: string }[] {
  const steps: { name: string; type: string }[] = [];
  let inside = false;
  let indent = 0;
  for (const line of source.split("\n")) {
    if (/^\S/.test(line) && !line.startsWith("#")) inside = /^steps:\s*$/.test(line);
    else if (inside) {
      const named = /^(\s+)([\w-]+):(.*)$/.exec(line);
      if (!named) continue;
      const [, space = "", name = "", rest = ""] = named;
      if (indent === 0) indent = space.length;
      const type = /\btype:\s*(\w+)/.exec(line)?.[1];
      if (space.length === indent) steps.push({ name, type: /\btype:\s*(\w+)/.exec(rest)?.[1] ?? "" });
      else if (type && steps.at(-1)?.type === "") steps.at(-1)!.type = type;
    }
  }
  return steps;
}
