/** The widget's HTTP calls. A failure is Refused, final or not. */

import { carry, type Taken } from "./carry";
import { Refused, type Sendable } from "./outbox";
import type { Message, Session, Upload } from "./protocol";

export class Server {
  token: string | null = null;

  constructor(
    private readonly channel: string,
    private readonly origin: string,
    /** The token is no good any more; the call is tried again later. */
    private readonly expired: () => void,
  ) {}

  async session(identity: unknown): Promise<Session> {
    const body: Record<string, unknown> = { origin: this.origin };
    if (this.token) body.token = this.token;
    if (identity) body.identity = identity;
    const session = (await this.call("POST", "session", JSON.stringify(body), false)) as Session;
    this.token = session.token;
    return session;
  }

  async send(entry: Sendable): Promise<Message> {
    const body = { client_message_id: entry.id, text: entry.text, file_ids: entry.files.map((file) => file.id), reply_to: entry.replyTo ?? null, pressed: entry.pressed ?? null };
    return ((await this.call("POST", "messages", JSON.stringify(body))) as { message: Message }).message;
  }

  async react(message: string, emoji: string): Promise<void> {
    await this.call("PUT", `messages/${message}/reaction`, JSON.stringify({ emoji }));
  }

  async earlier(before: string): Promise<{ messages: Message[]; more: boolean }> {
    return (await this.call("GET", `messages?limit=50&before=${before}`)) as { messages: Message[]; more: boolean };
  }

  /** `id`: the same goes on where it was. `progress`: 0 to 1. An aborted upload fails like one whose connection broke. */
  upload(id: string, file: globalThis.File, signal: AbortSignal, progress: (part: number) => void): Promise<Upload> {
    const part = (offset: number, content: Blob) => {
      const request = new XMLHttpRequest();
      request.open("PATCH", `/widget/api/${this.channel}/uploads/${id}?size=${file.size}&name=${encodeURIComponent(file.name)}`);
      request.setRequestHeader("Authorization", `Bearer ${this.token}`);
      request.setRequestHeader("Content-Type", "application/offset+octet-stream");
      request.setRequestHeader("Upload-Offset", `${offset}`);
      request.upload.onprogress = ({ loaded }) => progress((offset + loaded) / file.size);
      signal.onabort = () => request.abort();
      return new Promise<Taken>((resolve, reject) => {
        request.onload = () => {
          if (request.status === 200) resolve(JSON.parse(request.responseText) as Taken);
          else reject(this.refused(request.status, request.getResponseHeader("Retry-After")));
        };
        request.onerror = request.onabort = () => reject(new Refused(false));
        request.send(content);
      });
    };
    return carry(file, part, (ms) => new Promise<void>((resolve) => {
      setTimeout(resolve, ms);
      addEventListener("online", () => resolve(), { once: true });
    }), signal);
  }

  private async call(method: string, path: string, body?: string, signed = true): Promise<unknown> {
    if (signed && !this.token) throw new Refused(false);
    const headers: Record<string, string> = body ? { "Content-Type": "application/json" } : {};
    if (signed) headers.Authorization = `Bearer ${this.token}`;
    const response = await fetch(`/widget/api/${this.channel}/${path}`, { method, headers, body: body ?? null });
    if (response.ok) return response.status === 204 ? null : response.json();
    throw this.refused(response.status, response.headers.get("Retry-After"));
  }

  private refused(status: number, retryAfter: string | null): Refused {
    if (status === 401) this.expired();
    const passing = status === 401 || status === 408 || status === 429 || status >= 500;
    return new Refused(!passing, Number(retryAfter) * 1000);
  }
}
