/** Why the server did not take a file, in the agent's words. */

import type { ApiError } from "../../api/errors";
import { t } from "../../i18n";
import { fileSize } from "../format";

export function refusalText(problem: ApiError, name: string): string {
  const { status, fields } = problem;
  if (status === 413) return typeof fields.max_bytes === "number" ? t.files.too_big(name, fileSize(fields.max_bytes)) : t.files.too_big_here(name);
  if (status === 415) return typeof fields.media_type === "string" ? t.files.really(name, fields.media_type) : t.files.wrong_type(name);
  if (status === 422 && /empty/u.test(JSON.stringify(fields))) return t.files.empty(name);
  if (status === 507) return t.files.full;
  return problem.message || t.files.upload_failed;
}
