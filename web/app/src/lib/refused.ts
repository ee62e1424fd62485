/** What the server said no with, in words for a form. */

import { asApiError } from "../api/errors";
import { t } from "../i18n";

export type Refused = { readonly text: string; readonly code: string; readonly fields: Readonly<Record<string, string>>; readonly body: Readonly<Record<string, unknown>> };

export const NOT_REFUSED: Refused = { text: "", code: "", fields: {}, body: {} };

export function refused(error: unknown): Refused {
  const failure = asApiError(error);
  const errors = Array.isArray(failure.fields.errors) ? (failure.fields.errors as { field?: string; code?: string }[]) : [];
  const fields = Object.fromEntries(errors.map(({ field = "", code = "" }) => [field.replace(/^settings\./, ""), fieldText(code)]));
  return { text: failure.status === 0 ? t.unreachable : failure.message || t.failed, code: failure.code, fields, body: failure.fields };
}

function fieldText(code: string): string {
  return code in t.field ? t.field[code as keyof typeof t.field] : t.field.invalid;
}
