/** The pictures of the conversation, one at a time and as big as they are. */

import "./style";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icons";
import type { File } from "../protocol";
import { word } from "./words";

export default function Viewer({ pictures, at, onClose }: { readonly pictures: readonly File[]; readonly at: string; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [id, show] = useState(at);
  const [big, zoom] = useState(false);
  const here = Math.max(0, pictures.findIndex((each) => each.id === id));
  const picture = pictures[here];
  useEffect(() => void dialog.current?.showModal(), []);
  const go = (by: number) => {
    zoom(false);
    show(pictures[(here + by + pictures.length) % pictures.length]?.id ?? id);
  };
  const keys = (event: KeyboardEvent) => {
    event.stopPropagation();
    const ahead = document.documentElement.dir === "rtl" ? -1 : 1;
    if (event.key === "ArrowRight") go(ahead);
    if (event.key === "ArrowLeft") go(-ahead);
    if (event.key === "+" || event.key === "-") zoom(event.key === "+");
  };
  if (!picture) return null;
  const w = word();
  return (
    <dialog ref={dialog} class="viewer" aria-label={picture.name} onClose={onClose} onKeyDown={keys}>
      <header>
        <span dir="auto">{picture.name}</span>
        <a href={picture.url} target="_blank" rel="noopener noreferrer" aria-label={w.open} title={w.open}><Icon name="out" /></a>
        <button type="button" aria-label={w.close} title={w.close} onClick={() => dialog.current?.close()}><Icon name="cross" /></button>
      </header>
      <div class={big ? "stage big" : "stage"}>
        <button type="button" aria-label={w.zoom} aria-pressed={big} onClick={() => zoom(!big)}><img src={picture.url} alt={picture.name} /></button>
      </div>
      {pictures.length > 1 && (
        <footer>
          <button type="button" aria-label={w.previous} title={w.previous} onClick={() => go(-1)}><Icon name="left" /></button>
          <button type="button" aria-label={w.next} title={w.next} onClick={() => go(1)}><Icon name="right" /></button>
        </footer>
      )}
    </dialog>
  );
}
