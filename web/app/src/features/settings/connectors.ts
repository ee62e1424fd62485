/** What a connector says of its settings (GET /api/connectors), and a form's values for them. Pure. */

export type Setting = {
  readonly name: string;
  readonly kind: "text" | "secret" | "number" | "boolean" | "choice" | "list" | "color";
  readonly label: string;
  readonly required: boolean;
  readonly generated: boolean;
  readonly default: unknown;
  readonly choices: readonly string[];
  readonly help: string;
};
export type Manifest = { readonly kind: string; readonly title: string; readonly description: string; readonly settings: readonly Setting[] };
export type Values = Record<string, string | boolean>;

/** What stands in the form at first: the stored value, else the default. A secret is never shown again. */
export function valuesOf(settings: readonly Setting[], stored: Readonly<Record<string, unknown>> = {}): Values {
  return Object.fromEntries(settings.map((setting) => [setting.name, shown(setting, stored[setting.name] ?? setting.default)]));
}

function shown(setting: Setting, value: unknown): string | boolean {
  if (setting.kind === "boolean") return value === true;
  if (setting.kind === "secret") return "";
  if (setting.kind === "list") return Array.isArray(value) ? value.join("\n") : "";
  return value === null || value === undefined ? "" : String(value);
}

/** The request's `settings`. An empty secret is left out: it is kept, or made. */
export function settingsOf(settings: readonly Setting[], values: Values): Record<string, unknown> {
  const pairs = settings.map((setting) => [setting.name, sent(setting, values[setting.name] ?? "")] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

function sent(setting: Setting, value: string | boolean): unknown {
  if (typeof value === "boolean") return value;
  const text = value.trim();
  if (setting.kind === "list") return text.split(/\s*\n\s*/).filter(Boolean);
  if (text === "") return setting.kind === "secret" ? undefined : null;
  if (setting.kind === "number") return Number.isNaN(Number(text)) ? text : Number(text);
  return setting.kind === "secret" ? value : text;
}
