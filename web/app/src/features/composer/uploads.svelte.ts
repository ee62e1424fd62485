/** Files on their way to a message: checked when chosen, uploaded with progress, cancelled, tried again. */

import { csrfToken } from "../../api/client";
import type { Attachment, AttachmentKind, Capabilities, Id } from "../../api/types";
import { t } from "../../i18n";
import { refusal, type Refusal } from "../../lib/files";
import { fileSize } from "../../lib/format";

export type Upload = {
  readonly key: number;
  readonly file: File;
  progress: number;
  state: "uploading" | "done" | "failed";
  error: string;
  attachment: Attachment | null;
};

type Stored = { id: Id; name: string; type: string; size: number; kind?: AttachmentKind; details?: Record<string, unknown> };

function kindOf(type: string): AttachmentKind {
  const family = type.split("/")[0];
  return family === "image" || family === "audio" || family === "video" ? family : "file";
}

function attachmentOf(stored: Stored): Attachment {
  const kind = stored.kind ?? kindOf(stored.type);
  return { id: stored.id, name: stored.name, type: stored.type, size: stored.size, kind, state: "ready", inline: false, details: stored.details ?? {} };
}

export function words(why: Refusal): string {
  switch (why.reason) {
    case "no_files":
      return t.composer.no_files;
    case "too_many":
      return t.composer.too_many(why.limit);
    case "wrong_type":
      return t.composer.wrong_type(why.name);
    case "too_big":
      return t.composer.too_big(why.name, fileSize(why.limit));
  }
}

export class Uploads {
  list = $state<Upload[]>([]);
  refused = $state("");
  #next = 0;
  #requests = new Map<number, XMLHttpRequest>();

  get busy(): boolean {
    return this.list.some((upload) => upload.state !== "done");
  }

  /** Some are still on their way, and none has failed. */
  get arriving(): boolean {
    return this.busy && !this.list.some((upload) => upload.state === "failed");
  }

  get attachments(): Attachment[] {
    return this.list.flatMap(({ attachment }) => (attachment ? [attachment] : []));
  }

  add(files: Iterable<File>, channel: { id: Id; capabilities: Capabilities }): void {
    this.refused = "";
    for (const file of files) {
      const rules = channel.capabilities;
      const why = refusal(file, this.list.length, { ...rules, files: rules.files.map((rule) => ({ ...rule, types: [...rule.types] })) });
      if (why) this.refused = words(why);
      else this.#start(file, channel.id);
    }
  }

  remove(key: number): void {
    this.#requests.get(key)?.abort();
    this.#requests.delete(key);
    this.list = this.list.filter((upload) => upload.key !== key);
  }

  again(key: number, channelId: Id): void {
    const upload = this.list.find((one) => one.key === key);
    if (upload) this.#send(upload, channelId);
  }

  /** Another message begins, with these files already there (a reply taken back). */
  reset(attachments: readonly Attachment[] = []): void {
    for (const request of this.#requests.values()) request.abort();
    this.#requests.clear();
    this.refused = "";
    this.list = attachments.map((attachment) => ({
      key: this.#next++,
      file: new File([], attachment.name, { type: attachment.type }),
      progress: 1,
      state: "done",
      error: "",
      attachment,
    }));
  }

  #start(file: File, channelId: Id): void {
    this.list.push({ key: this.#next++, file, progress: 0, state: "uploading", error: "", attachment: null });
    this.#send(this.list.at(-1)!, channelId);
  }

  #send(upload: Upload, channelId: Id): void {
    upload.state = "uploading";
    upload.progress = 0;
    const request = new XMLHttpRequest();
    this.#requests.set(upload.key, request);
    const failed = (text: string) => {
      upload.state = "failed";
      upload.error = text || t.composer.upload_failed;
    };
    request.upload.onprogress = (event) => (upload.progress = event.lengthComputable ? event.loaded / event.total : 0);
    request.onerror = () => failed(t.unreachable);
    request.onload = () => {
      const answer = read(request.responseText);
      if (request.status >= 300) return failed(typeof answer.detail === "string" ? answer.detail : "");
      upload.attachment = attachmentOf(answer as unknown as Stored);
      upload.state = "done";
    };
    const body = new FormData();
    body.append("channel_id", channelId);
    body.append("file", upload.file, upload.file.name);
    request.open("POST", "/api/files");
    request.setRequestHeader("X-CSRF-Token", csrfToken());
    request.send(body);
  }
}

function read(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
