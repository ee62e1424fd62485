/** What a channel takes, asked before anything is uploaded (R18). The table is the channel's capabilities. Pure. */

export type FileRules = {
  files: { types: string[]; max_bytes: number }[];
  max_files: number;
  captions: boolean;
};
export type Refusal =
  | { reason: "no_files" }
  | { reason: "too_many"; limit: number }
  | { reason: "wrong_type"; name: string }
  | { reason: "too_big"; name: string; limit: number };

function fits(type: string, pattern: string): boolean {
  if (pattern === "*/*" || pattern === "*") return true;
  return pattern.endsWith("/*") ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}

/** Why this file may not go along with `already` others; null when it may. */
export function refusal(file: { name: string; type: string; size: number }, already: number, rules: FileRules): Refusal | null {
  if (rules.files.length === 0 || rules.max_files === 0) return { reason: "no_files" };
  if (already >= rules.max_files) return { reason: "too_many", limit: rules.max_files };
  const type = file.type || "application/octet-stream";
  const matching = rules.files.filter((rule) => rule.types.some((pattern) => fits(type, pattern)));
  if (matching.length === 0) return { reason: "wrong_type", name: file.name };
  const limit = Math.max(...matching.map((rule) => rule.max_bytes));
  return file.size > limit ? { reason: "too_big", name: file.name, limit } : null;
}

/** The file picker's `accept`. */
export function accepted(rules: FileRules): string {
  const types = rules.files.flatMap((rule) => rule.types);
  return types.some((type) => type === "*/*" || type === "*") ? "" : types.join(",");
}
