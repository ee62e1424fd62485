/** The calls of an upload: a small file in one piece, a larger one in parts that go on where they stopped. */

import { ApiError } from "../../api/errors";
import { call, csrfToken } from "../../api/client";
import type { AttachmentKind, Id } from "../../api/types";

/** A file as the server has stored it. */
export interface Stored {
  readonly id: Id;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly kind: AttachmentKind;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface Sent {
  readonly name: string;
  readonly type: string;
  readonly channelId: Id;
  readonly voice: boolean;
}

export interface Wire {
  /** The whole content in one request. */
  whole(file: Sent, content: Blob, progress: (sent: number) => void, signal: AbortSignal): Promise<Stored>;
  begin(file: Sent, size: number): Promise<{ readonly id: string; readonly offset: number; readonly part_size: number }>;
  /** How much of it has arrived. */
  stand(id: string): Promise<{ readonly offset: number; readonly part_size: number }>;
  /** One part; the last one is answered with the file. */
  part(id: string, offset: number, content: Blob, progress: (sent: number) => void, signal: AbortSignal): Promise<Stored | { readonly offset: number }>;
  /** What has arrived of it is of no use any more. */
  drop(id: string): Promise<void>;
}

export const httpWire: Wire = {
  whole: (file, content, progress, signal) => {
    const body = new FormData();
    body.append("channel_id", file.channelId);
    if (file.voice) body.append("voice", "true");
    body.append("file", content, file.name);
    return request<Stored>("POST", "/api/files", {}, body, progress, signal);
  },
  begin: ({ name, type, channelId, voice }, size) => call("POST", "/api/uploads", { body: { name, type, size, channel_id: channelId, voice } }),
  stand: (id) => call("GET", `/api/uploads/${id}`),
  part: async (id, offset, content, progress, signal) => {
    const headers = { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
    const answer = await request<{ offset: number; file?: Stored | null }>("PATCH", `/api/uploads/${id}`, headers, content, progress, signal);
    return answer.file ?? { offset: answer.offset };
  },
  drop: (id) => call("DELETE", `/api/uploads/${id}`),
};

/** As `call`, but it tells how much has left: fetch does not. */
function request<T>(
  method: string, path: string, headers: Record<string, string>, body: Blob | FormData, progress: (sent: number) => void, signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest();
    const stop = () => asked.abort();
    asked.upload.onprogress = ({ loaded }) => progress(loaded);
    asked.onerror = asked.ontimeout = () => reject(new ApiError(0, "unreachable", "The server cannot be reached."));
    asked.onabort = () => reject(new DOMException("aborted", "AbortError"));
    asked.onloadend = () => signal.removeEventListener("abort", stop);
    asked.onload = () => {
      const fields = read(asked.responseText);
      if (asked.status < 300) return resolve(fields as T);
      const text = typeof fields.detail === "string" ? fields.detail : String(fields.title ?? asked.statusText);
      const wait = Number(asked.getResponseHeader("Retry-After"));
      reject(new ApiError(asked.status, String(fields.code ?? asked.status), text, fields, wait > 0 ? wait : null));
    };
    if (signal.aborted) return reject(new DOMException("aborted", "AbortError"));
    signal.addEventListener("abort", stop);
    asked.open(method, path);
    for (const [name, value] of Object.entries({ ...headers, "X-CSRF-Token": csrfToken(), Accept: "application/json" })) asked.setRequestHeader(name, value);
    asked.send(body);
  });
}

function read(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

