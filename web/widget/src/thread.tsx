/** The conversation as one reads it. Whatever people wrote is a text node. */

import { useState } from "preact/hooks";
import type { Chat } from "./chat";
import { formatted } from "./formatted";
import { Icon } from "./icons";
import { later } from "./later";
import type { Entry } from "./outbox";
import { after, type File, type Message } from "./protocol";
import { day, say, time } from "./words";

const TOGETHER = 5 * 60_000;
const REACTIONS = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

const Player = later(() => import("./later/player"), ({ url, label }) => <audio controls preload="none" src={url} aria-label={label} />);
const Viewer = later(() => import("./later/viewer"));

export function Thread({ chat }: { readonly chat: Chat }) {
  const { messages, unsent } = chat;
  return (
    <>
      {chat.more && <button class="plain earlier" onClick={() => void chat.earlier()}>{say("earlier")}</button>}
      {chat.channel && !chat.more && <div class="greeting" dir="auto">{chat.channel.greeting || say("greeting")}</div>}
      {messages.map((message, index) => (
        <Item key={message.client_message_id ?? message.id} chat={chat} message={message} before={messages[index - 1]} next={messages[index + 1]} />
      ))}
      {unsent.map((entry) => <Unsent key={entry.id} chat={chat} entry={entry} />)}
    </>
  );
}

function Item({ chat, message, before, next }: { readonly chat: Chat; readonly message: Message; readonly before?: Message | undefined; readonly next?: Message | undefined }) {
  const newDay = !before || day(before.at) !== day(message.at);
  return (
    <>
      {newDay && <div class="line">{day(message.at)}</div>}
      {message.kind === "message" ? (
        <Bubble chat={chat} message={message} last={!next || !together(message, next)} />
      ) : (
        <div class="line"><Icon name="user" />{message.kind === "joined" ? say("joined", { name: message.name }) : say("ended")}</div>
      )}
    </>
  );
}

function Bubble({ chat, message, last }: { readonly chat: Chat; readonly message: Message; readonly last: boolean }) {
  const own = message.from === "visitor";
  return (
    <div class={`entry ${own ? "own" : message.from}`}>
      <Quoted message={chat.messages.find(({ id }) => id === message.reply_to)} />
      {message.files.map((file) => <Attachment chat={chat} file={file} />)}
      {message.text && <div class="bubble" dir="auto" tabIndex={-1}>{message.format === "markdown" ? formatted(message.text) : message.text}</div>}
      <Tools chat={chat} message={message} />
      {message === chat.messages.at(-1) && chat.asking && <Choices chat={chat} message={chat.asking} />}
      {last && <div class="by">{own ? <Ticks chat={chat} message={message} /> : <Author message={message} />}</div>}
    </div>
  );
}

/** Quick answers: one is pressed, and they are gone. */
function Choices({ chat, message }: { readonly chat: Chat; readonly message: Message }) {
  return (
    <div class="choices" role="group" aria-label={say("choices")}>
      {message.buttons!.map((button) => <button key={button.value} dir="auto" onClick={() => chat.press(button)}>{button.title}</button>)}
    </div>
  );
}

/** What can be done with a message, and what people think of it. */
function Tools({ chat, message }: { readonly chat: Chat; readonly message: Message }) {
  const [choosing, choose] = useState(false);
  const react = (emoji: string) => (choose(false), void chat.react(message, emoji));
  return (
    <>
      <div class="tools">
        <button aria-label={say("reply")} title={say("reply")} onClick={() => chat.answer(message)}><Icon name="reply" /></button>
        <button aria-label={say("react")} title={say("react")} aria-expanded={choosing} onClick={() => choose(!choosing)}><Icon name="smile" /></button>
        {choosing && REACTIONS.map((emoji) => <button onClick={() => react(emoji)}>{emoji}</button>)}
      </div>
      {message.reactions.length > 0 && (
        <div class="reactions">
          {message.reactions.map(({ emoji, name, own }) =>
            own ? <button title={say("remove")} aria-label={`${say("remove")} ${emoji}`} onClick={() => react("")}>{emoji}</button> : <span title={name}>{emoji}</span>,
          )}
        </div>
      )}
    </>
  );
}

function Quoted({ message }: { readonly message: Message | undefined }) {
  return message ? <div class="quoted" dir="auto">{excerpt(message)}</div> : null;
}

export function excerpt(message: Message): string {
  return message.text.slice(0, 120) || message.files[0]?.name || say("file");
}

function Author({ message }: { readonly message: Message }) {
  if (message.from !== "bot") return <>{[message.name, time(message.at)].filter(Boolean).join(" · ")}</>;
  return <><Icon name="bot" /><b>{message.name}</b> · {say("automated")} · {time(message.at)}</>;
}

function Ticks({ chat, message }: { readonly chat: Chat; readonly message: Message }) {
  const read = chat.seen !== null && !after(message.position, chat.seen);
  return <>{time(message.at)} <span class={read ? "read" : ""}><Icon name={read ? "checks" : "check"} /></span> {say(read ? "read" : "sent")}</>;
}

function Unsent({ chat, entry }: { readonly chat: Chat; readonly entry: Entry }) {
  const refused = entry.state === "refused";
  return (
    <div class="entry own">
      {entry.files.map((file) => <div class="bubble file"><Icon name="file" />{file.name}</div>)}
      {entry.text && <div class="bubble" dir="auto">{entry.text}</div>}
      <div class={refused ? "by bad" : "by"}>
        {refused ? say("failed") : <><Icon name="clock" /> {say(entry.state === "sending" ? "sending" : "waiting")}</>}
        {refused && <button class="plain" onClick={() => chat.outbox.retry(entry.id)}>{say("retry")}</button>}
        {refused && <button class="plain" onClick={() => chat.outbox.drop(entry.id)}>{say("discard")}</button>}
      </div>
    </div>
  );
}

function Attachment({ chat, file }: { readonly chat: Chat; readonly file: File }) {
  const [open, view] = useState(false);
  const { width, height, duration, peaks } = file.details;
  if (file.kind === "image" && file.state === "ready") {
    const pictures = () => chat.messages.flatMap(({ files }) => files).filter(({ kind, state }) => kind === "image" && state === "ready");
    return (
      <>
        <button class="picture" aria-haspopup="dialog" onClick={() => view(true)}>
          <img src={file.url} alt={file.name} width={width ?? 240} height={height ?? 180} loading="lazy" />
        </button>
        {open && <Viewer pictures={pictures()} at={file.id} onClose={() => view(false)} />}
      </>
    );
  }
  if (file.kind === "audio" && file.state === "ready") return <Player url={file.url} duration={duration ?? 0} peaks={peaks ?? []} label={file.name} />;
  if (file.kind === "video" && file.state === "ready") return <video controls preload="metadata" src={file.url} aria-label={file.name} />;
  return <a class="bubble file" href={file.url} target="_blank" rel="noopener noreferrer"><Icon name="file" />{file.name || say("file")}</a>;
}

function together(one: Message, other: Message): boolean {
  const close = Date.parse(other.at) - Date.parse(one.at) < TOGETHER;
  return close && other.kind === one.kind && other.from === one.from && other.name === one.name;
}
