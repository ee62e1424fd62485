/** Where the visitor writes. Enter sends, Shift and Enter break the line; an input method's Enter is its own. */

import { useRef, useState } from "preact/hooks";
import type { Chat } from "./chat";
import { Icon } from "./icons";
import { excerpt } from "./thread";
import { say } from "./words";

export function Composer({ chat }: { readonly chat: Chat }) {
  const [text, setText] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const limit = chat.channel?.text_limit ?? Infinity;
  const over = [...text].length - limit;
  const uploading = chat.attached.some((each) => !each.upload);
  const ready = (text.trim() !== "" || chat.attached.length > 0) && over <= 0 && !uploading && !chat.gone;

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
  const take = (files: FileList | null | undefined) => files?.length && void chat.attach([...files]);

  return (
    <form
      class="composer"
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
      {chat.attached.map(({ key, name, upload }) => (
        <span class="chip" aria-busy={!upload}>
          <Icon name={upload ? "file" : "clock"} /><span>{name}</span>
          <button type="button" aria-label={`${say("remove")} ${name}`} onClick={() => chat.detach(key)}><Icon name="cross" /></button>
        </span>
      ))}
      <div class="input">
        <textarea
          ref={field} id="write" rows={1} value={text} placeholder={say("write")} aria-label={say("write")} dir="auto" enterkeyhint="send"
          onInput={(event) => typed(event.currentTarget)}
          onPaste={(event) => take(event.clipboardData?.files)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        {(chat.channel?.max_files ?? 0) > 0 && (
          <button type="button" class="tool" aria-label={say("attach")} onClick={() => picker.current?.click()}><Icon name="clip" /></button>
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
