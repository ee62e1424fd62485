/** Where the visitor writes. Enter sends, Shift and Enter break the line, on a phone Enter alone; an input method's Enter is its own. */

import { useRef, useState } from "preact/hooks";
import type { Chat } from "./chat";
import { Icon } from "./icons";
import { later } from "./later";
import { excerpt } from "./thread";
import { say } from "./words";

const Emoji = later(() => import("./later/emoji"));
const Recorder = later(() => import("./later/recorder"));

const touch = matchMedia("(pointer:coarse)");

export function Composer({ chat }: { readonly chat: Chat }) {
  const [text, setText] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const limit = chat.channel?.text_limit ?? Infinity;
  const over = [...text].length - limit;
  const [menu, openMenu] = useState(false);
  const [recording, record] = useState(false);
  const mine = chat.attached.filter(({ alone }) => !alone);
  const uploading = mine.some((each) => !each.upload);
  const ready = (text.trim() !== "" || mine.length > 0) && over <= 0 && !uploading && !chat.gone;

  const send = () => {
    if (!ready) return;
    chat.write(text.trim());
    setText("");
    if (field.current) field.current.style.height = "";
    field.current?.focus();
  };
  const typed = (target: HTMLTextAreaElement) => {
    setText(target.value);
    target.style.height = "";
    target.style.height = `${Math.min(target.scrollHeight, 120)}px`;
    if (target.value) chat.typed();
  };
  const take = (files: FileList | null | undefined) => files?.length && chat.attach([...files]);
  const closeMenu = () => (openMenu(false), field.current?.focus());
  const pick = (emoji: string, recent: readonly string[]) => {
    chat.used(recent);
    closeMenu();
    document.execCommand("insertText", false, emoji); // as if typed: undo knows of it
  };
  const stopRecording = () => (record(false), requestAnimationFrame(() => field.current?.focus()));

  return (
    <form
      class="composer" aria-label={say("write")}
      onSubmit={(event) => (event.preventDefault(), send())}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => (event.preventDefault(), take(event.dataTransfer?.files))}
    >
      {chat.notices.map((notice) => <p class="bad" role="alert">{notice}</p>)}
      {over > 0 && <p class="bad" role="status">{say("tooLong", { count: over })}</p>}
      {chat.replying && (
        <span class="chip">
          <Icon name="reply" /><span dir="auto">{excerpt(chat.replying)}</span>
          <button type="button" aria-label={say("remove")} onClick={() => chat.answer(null)}><Icon name="cross" /></button>
        </span>
      )}
      {chat.attached.map(({ key, name, upload, progress, failed }) => (
        <span class={failed ? "chip bad" : "chip"} aria-busy={!upload && !failed}>
          <Icon name={upload ? "file" : "clock"} /><span dir="auto">{failed ? say("uploadFailed", { name }) : name}</span>
          {!upload && !failed && <progress value={progress} aria-label={name} />}
          {failed && <button type="button" aria-label={`${say("retry")} ${name}`} title={say("retry")} onClick={() => chat.again(key)}><Icon name="again" /></button>}
          <button type="button" aria-label={`${say(upload || failed ? "remove" : "cancel")} ${name}`} onClick={() => chat.detach(key)}><Icon name="cross" /></button>
        </span>
      ))}
      {menu && <Emoji recent={chat.recent} onPick={pick} onClose={closeMenu} />}
      {recording && <Recorder onSend={(file) => (stopRecording(), chat.attach([file], true))} onClose={stopRecording} />}
      <div class="input" hidden={recording}>
        <button type="button" class="tool" data-emoji aria-label={say("emoji")} title={say("emoji")} aria-haspopup="dialog" aria-expanded={menu} onClick={() => (menu ? closeMenu() : openMenu(true))}><Icon name="smile" /></button>
        <textarea
          ref={field} id="write" rows={1} value={text} placeholder={say("write")} aria-label={say("write")} dir="auto" enterkeyhint={touch.matches ? "enter" : "send"}
          onInput={(event) => typed(event.currentTarget)}
          onPaste={(event) => take(event.clipboardData?.files)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing || touch.matches) return;
            event.preventDefault();
            send();
          }}
        />
        {(chat.channel?.max_files ?? 0) > 0 && (
          <button type="button" class="tool" aria-label={say("attach")} onClick={() => picker.current?.click()}><Icon name="clip" /></button>
        )}
        {chat.takes("audio/webm") && (
          <button type="button" class="tool" aria-label={say("record")} title={say("record")} onClick={() => (openMenu(false), record(true))}><Icon name="mic" /></button>
        )}
        <button class="send" aria-label={say("send")} aria-disabled={!ready}><Icon name="up" /></button>
      </div>
      <input
        ref={picker} type="file" multiple hidden tabIndex={-1} aria-hidden="true"
        accept={chat.channel?.files.flatMap((rule) => rule.types).join(",")}
        onChange={(event) => (take(event.currentTarget.files), (event.currentTarget.value = ""))}
      />
    </form>
  );
}
