/** What an import says of itself (POST /api/contacts/import), and its words. */

import { t } from "../../i18n";

export type Target = "name" | "identity" | "labels" | "timezone" | "language" | "id" | "attribute" | "ignored";
export type Outcome = "created" | "updated" | "unchanged" | "error";
export interface ImportRow {
  readonly line: number;
  readonly outcome: Outcome;
  readonly name: string;
  readonly field?: string;
  readonly code?: string;
  readonly detail?: string;
}
export interface ImportReport {
  readonly dry_run: boolean;
  readonly encoding: string;
  readonly delimiter: string;
  readonly columns: readonly { readonly header: string; readonly target: Target; readonly key?: string }[];
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly errors: number;
  readonly rows: readonly ImportRow[];
}

export function reasonOf({ field = "", code = "", detail = "" }: ImportRow): string {
  const words = t.contacts.row_errors;
  const why = code in words ? words[code as keyof typeof words] : code;
  return [field, why, detail].filter(Boolean).join(" · ");
}

/** Why a file could not be read, with the line where that is known. */
export function fileProblem(body: Readonly<Record<string, unknown>>, otherwise: string): string {
  const errors = body.errors as readonly { readonly field: string; readonly code: string }[] | undefined;
  const words = t.contacts.file_errors;
  const code = errors?.find(({ field }) => field === "file")?.code ?? "";
  if (!(code in words)) return otherwise;
  const line = typeof body.line === "number" ? `${t.contacts.line(body.line)}: ` : "";
  return line + words[code as keyof typeof words];
}

/** The rows that were not taken, as a table to mend and bring again. */
export function reportFile(report: ImportReport): Blob {
  const quoted = (text: string) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  const lines = report.rows.map((row) => [String(row.line), row.outcome, row.name, reasonOf(row)].map(quoted).join(","));
  return new Blob(["\ufeff", ["line,outcome,name,reason", ...lines].join("\r\n")], { type: "text/csv" });
}
