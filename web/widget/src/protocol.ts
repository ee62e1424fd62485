/** What the widget and the server say to each other (harken/connectors/webchat/README.md). */

export type Position = readonly [number: number, seq: number];

export interface File {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly kind: "image" | "audio" | "video" | "file";
  readonly state: "ready" | "pending" | "failed";
  readonly url: string;
  readonly details: { readonly width?: number; readonly height?: number; readonly duration?: number; readonly peaks?: readonly number[] };
}

export interface Message {
  readonly id: string;
  readonly position: Position;
  readonly kind: "message" | "joined" | "closed";
  readonly from: "visitor" | "agent" | "bot" | "system";
  readonly name: string;
  readonly text: string;
  /** markdown: bold, italic and code are marked in the text. */
  readonly format?: "plain" | "markdown";
  readonly at: string;
  readonly files: readonly File[];
  readonly client_message_id: string | null;
  readonly reply_to: string | null;
  /** Quick answers, below the newest message while they are open (asking.ts). */
  readonly buttons?: readonly { readonly title: string; readonly value: string }[];
  readonly reactions: readonly { readonly emoji: string; readonly name: string; readonly own: boolean }[];
}

export interface Channel {
  readonly name: string;
  readonly title: string;
  readonly greeting: string;
  readonly accent: string;
  readonly workspace: string;
  readonly text_limit: number;
  readonly files: readonly { readonly types: readonly string[]; readonly max_bytes: number }[];
  readonly max_files: number;
}

export interface Session {
  readonly token: string;
  readonly channel: Channel;
  readonly messages: readonly Message[];
  readonly seen: Position | null;
  readonly more: boolean;
  readonly cursor: number;
}

export interface Upload {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
}

export type Frame =
  | { readonly type: "hello"; readonly cursor: number }
  | { readonly type: "message"; readonly cursor?: number; readonly message: Message }
  | { readonly type: "seen"; readonly number: number; readonly seq: number }
  | { readonly type: "typing"; readonly active: boolean; readonly name: string }
  | { readonly type: "resync" }
  | { readonly type: "pong" };

/** What the loader says. */
export interface Told {
  readonly harken?: number;
  readonly type: "start" | "identity" | "shown" | "look";
  readonly token?: string | null;
  readonly identity?: unknown;
  readonly language?: string;
  readonly kept?: Readonly<Record<string, string>>;
  readonly shown?: boolean;
  /** In Settings, instead of a visitor's own: how it would look. */
  readonly channel?: Channel;
  readonly messages?: readonly Message[];
}

export function after(one: Position, other: Position): boolean {
  return one[0] > other[0] || (one[0] === other[0] && one[1] > other[1]);
}
