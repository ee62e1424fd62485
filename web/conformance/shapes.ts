/** Compiled, never run: the browser's own names for the API's shapes (app/src/api/types.ts) against those that the server
publishes (schema.d.ts, written by tools/api_types.py). A field that is missing, misnamed or of another type fails `make check`. */

import type * as Ours from "../app/src/api/types";
import type { components } from "./schema";

type Wire = components["schemas"];

/** Answers have every field; the document calls those with a default optional. But a list's filter leaves out what it does not narrow. */
type Whole<T> = T extends readonly (infer Each)[]
  ? readonly Whole<Each>[]
  : T extends Wire["ListFilter"]
    ? { readonly [K in keyof T]?: Exclude<T[K], null | undefined> }
  : T extends object
    ? { readonly [K in keyof T]-?: Whole<Exclude<T[K], undefined>> }
    : T;

declare function wire<K extends keyof Wire>(name: K): Whole<Wire[K]>;
/** What the browser expects and the server does not have. */
declare function none<Missing extends never>(missing?: Missing): void;

export const agent: Ours.Agent = wire("Agent");
export const me: Ours.Me = wire("Me");
export const team: Ours.Team = wire("TeamEntry");
export const channel: Ours.Channel = wire("Channel");
export const label: Ours.Label = wire("Label");
export const conversation: Ours.Conversation = wire("Conversation");
export const message: Ours.Message = wire("Message");
export const savedView: Ours.SavedView = wire("SavedView");
export const quickReply: Ours.QuickReply = wire("QuickReply");
export const quickRepliesState: Ours.QuickRepliesState = wire("QuickReplies");
export const notification: Ours.Notification = wire("Notification");
export const snapshot: Ours.Snapshot = wire("Snapshot");

none<Exclude<keyof Ours.Agent, keyof Wire["Agent"]>>();
none<Exclude<keyof Ours.Me, keyof Wire["Me"]>>();
none<Exclude<keyof Ours.Team, keyof Wire["TeamEntry"]>>();
none<Exclude<keyof Ours.Channel, keyof Wire["Channel"]>>();
none<Exclude<keyof Ours.Conversation, keyof Wire["Conversation"]>>();
none<Exclude<keyof Ours.Message, keyof Wire["Message"]>>();
none<Exclude<keyof Ours.SavedView, keyof Wire["SavedView"]>>();
none<Exclude<keyof Ours.QuickReply, keyof Wire["QuickReply"]>>();
none<Exclude<keyof Ours.Notification, keyof Wire["Notification"]>>();
none<Exclude<keyof Ours.Snapshot, keyof Wire["Snapshot"]>>();
