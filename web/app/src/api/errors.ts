/** Why the server did not do it: problem+json as a value. `status` 0: no answer came. */

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: Readonly<Record<string, unknown>> = {},
    readonly retryAfter: number | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }

  /** Whether the same call may do better later, unchanged. */
  get passing(): boolean {
    return this.status === 0 || this.status === 401 || this.status === 429 || this.status >= 500;
  }
}

/** Any failure as an ApiError; what is none is a fault of ours and shows as such. */
export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(400, "fault", String(error));
}
