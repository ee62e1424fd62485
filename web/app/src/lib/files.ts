/** What a channel takes, asked before anything is uploaded (R18). The table is the channel's capabilities. Pure. */

import { mostFiles } from "./outgoing";

export type FileRules = {
  readonly files: readonly { readonly types: readonly string[]; readonly max_bytes: number }[];
  readonly max_files: number;
  readonly captions: boolean;
  /** What the channel does not take itself goes as a link. */
  readonly file_links?: boolean;
  /** The type of a voice note, into which a recording is converted. */
  readonly voice?: string | null;
};
export type Refusal =
  | { reason: "no_files" }
  | { reason: "too_many"; limit: number }
  | { reason: "wrong_type"; name: string }
  | { reason: "too_big"; name: string; limit: number }
  | { reason: "empty"; name: string };

/** How a file is shown. A drawing that can hold scripts (SVG) is no picture here. */
export function kindOf(type: string): "image" | "audio" | "video" | "file" {
  const family = type.split("/")[0];
  if (type.startsWith("image/svg")) return "file";
  return family === "image" || family === "audio" || family === "video" ? family : "file";
}

/** As iPhones keep pictures: few browsers show them, the server makes a small one. */
export const isHeic = (type: string): boolean => type === "image/heic" || type === "image/heif";

function fits(type: string, pattern: string): boolean {
  if (pattern === "*/*" || pattern === "*") return true;
  return pattern.endsWith("/*") ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}

/** A picture, recording or film by its name, and something else by its content. */
export const isPretended = (claimed: string, type: string): boolean => kindOf(claimed) !== "file" && kindOf(type) !== kindOf(claimed) && !(kindOf(claimed) === "video" && kindOf(type) === "audio");

/** How many may go as links at a time. */
const LINKS = 10;

export const takesFiles = (rules: FileRules): boolean => rules.file_links === true || (rules.files.length > 0 && rules.max_files > 0);

/** Whether a recording may go: as the voice note that it becomes, or as it is. */
export function takesVoice(rules: FileRules): boolean {
  if (rules.file_links || rules.voice) return takesFiles(rules);
  return takesFiles(rules) && rules.files.some(({ types }) => types.some((pattern) => fits("audio/webm", pattern) || fits("audio/mp4", pattern)));
}

/** Why this file may not go along with `already` others; null when it may. `stored`: its type is told by its content. */
export function refusal(file: { name: string; type: string; size: number; stored?: boolean }, already: number, rules: FileRules, voice = false): Refusal | null {
  if (!takesFiles(rules)) return { reason: "no_files" };
  const most = rules.file_links ? Math.max(mostFiles(rules), LINKS) : mostFiles(rules);
  if (already >= most) return { reason: "too_many", limit: most };
  if (file.size === 0) return { reason: "empty", name: file.name };
  if (rules.file_links || voice) return null; // it is converted: the server looks at what it becomes
  const type = file.type.split(";")[0]!;
  // What the browser does not know (.log, .md and .heic on many machines) the server judges by its content.
  const known = file.stored || (type !== "" && type !== "application/octet-stream");
  const matching = known ? rules.files.filter((rule) => rule.types.some((pattern) => fits(type, pattern))) : rules.files;
  if (matching.length === 0) return { reason: "wrong_type", name: file.name };
  const limit = Math.max(...matching.map((rule) => rule.max_bytes));
  return file.size > limit ? { reason: "too_big", name: file.name, limit } : null;
}

/** The file picker's `accept`. */
export function accepted(rules: FileRules): string {
  if (rules.file_links) return "";
  const types = rules.files.flatMap((rule) => rule.types);
  return types.some((type) => type === "*/*" || type === "*") ? "" : types.join(",");
}
