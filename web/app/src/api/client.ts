/** One HTTP call: JSON both ways, the CSRF header from its cookie, problem+json as ApiError, 401 as a signal. */

import { ApiError } from "./errors";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Call {
  readonly query?: Query;
  readonly body?: unknown;
  /** The same key again is the same write, with the same answer. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** When the server cannot be reached, what the browser has stored of an earlier answer does. */
  readonly stored?: boolean;
}

const signedOutListeners = new Set<() => void>();

/** Tells when the session has ended (any 401). Returns what ends the telling. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

/** Raises ApiError. An empty answer is undefined. */
export async function call<T>(method: Method, path: string, { query, body, idempotencyKey, signal, stored = false }: Call = {}): Promise<T> {
  const headers = new Headers({ Accept: "application/json" });
  if (method !== "GET") headers.set("X-CSRF-Token", csrfToken());
  if (idempotencyKey) headers.set("Idempotency-Key", idempotencyKey);
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers.set("Content-Type", "application/json");
  const content = body === undefined ? null : form ? body : JSON.stringify(body);
  let response: Response;
  try {
    response = await fetch(withQuery(path, query), { method, headers, body: content, signal: signal ?? null, credentials: "same-origin" });
  } catch (error) {
    if (signal?.aborted) throw error;
    const kept = stored ? await fetch(withQuery(path, query), { cache: "force-cache", credentials: "same-origin" }).catch(() => null) : null;
    if (kept?.ok) return (await kept.json()) as T;
    throw new ApiError(0, "unreachable", "The server cannot be reached.");
  }
  if (!response.ok) throw await problem(response);
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** The value of the cookie csrf_token, or nothing. */
export function csrfToken(): string {
  const found = document.cookie.split("; ").find((each) => each.startsWith("csrf_token="));
  return found ? decodeURIComponent(found.slice("csrf_token=".length)) : "";
}

/** The path with those parameters that have a value. */
export function withQuery(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== false) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

/** An answer that is no success, as an ApiError; a 401 tells the listeners. */
export async function problem(response: Response): Promise<ApiError> {
  const fields = await fieldsOf(response);
  if (response.status === 401) for (const listener of signedOutListeners) listener();
  const text = typeof fields.detail === "string" && fields.detail ? fields.detail : String(fields.title ?? response.statusText);
  const wait = Number(response.headers.get("Retry-After"));
  return new ApiError(response.status, String(fields.code ?? response.status), text, fields, wait > 0 ? wait : null);
}

async function fieldsOf(response: Response): Promise<Record<string, unknown>> {
  try {
    return (await response.json()) as Record<string, unknown>;
  } catch {
    return {};
  }
}
