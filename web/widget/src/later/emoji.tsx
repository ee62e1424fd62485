/** The emoji menu: found by name in the visitor's language, by kind, or among those used last. */

import "./style";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { kindsOf, searched, type Kind } from "./emojiset";
import { spoken } from "../words";
import { word } from "./words";

const LOADERS: Readonly<Record<string, () => Promise<{ default: string }>>> = {
  en: () => import("virtual:emoji-set-en"),
  de: () => import("virtual:emoji-set-de"),
  es: () => import("virtual:emoji-set-es"),
};
const MOST_RECENT = 24;

interface Props {
  readonly recent: readonly string[];
  readonly onPick: (emoji: string, recent: readonly string[]) => void;
  readonly onClose: () => void;
}

export default function Emoji({ recent, onPick, onClose }: Props) {
  const menu = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [kinds, know] = useState<readonly Kind[]>([]);
  const [wanted, want] = useState("");
  const found = useMemo(() => (wanted.trim() ? searched(kinds, wanted) : null), [kinds, wanted]);
  const w = word();
  useEffect(() => {
    field.current?.focus();
    const language = spoken();
    const load = LOADERS[language.slice(0, 2)] ?? LOADERS.en!;
    void load().then((set) => know(kindsOf(set.default, language)), onClose);
    const outside = ({ target }: PointerEvent) => {
      if (target instanceof Element && !target.closest(".emoji, [data-emoji]")) onClose();
    };
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, []);

  const pick = (emoji: string) => onPick(emoji, [emoji, ...recent.filter((each) => each !== emoji)].slice(0, MOST_RECENT));
  const cells = () => [...(menu.current?.querySelectorAll<HTMLElement>(".grid button") ?? [])];
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Escape") event.stopPropagation(), onClose();
    else if (event.key === "Enter" && event.target === field.current) event.preventDefault(), found?.[0] && pick(found[0][0]);
    else if (event.key.startsWith("Arrow")) step(event);
  };
  const step = (event: KeyboardEvent) => {
    const all = cells();
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (at < 0 && (event.target !== field.current || event.key !== "ArrowDown")) return;
    event.preventDefault();
    const next = at < 0 ? all[0] : neighbour(all, at, event.key);
    if (next) next.focus();
    else if (event.key === "ArrowUp") field.current?.focus();
  };
  const cell = ([emoji, name]: readonly [string, string]) => <button type="button" tabIndex={-1} title={name} aria-label={name} onClick={() => pick(emoji)}>{emoji}</button>;
  const named = new Map(kinds.flatMap(({ all }) => all));

  return (
    <div ref={menu} class="emoji" role="dialog" aria-label={w.emoji} onKeyDown={keys}>
      <input ref={field} type="search" value={wanted} placeholder={w.search} aria-label={w.search} onInput={({ currentTarget }) => want(currentTarget.value)} />
      <nav aria-label={w.emoji}>
        {kinds.map(({ at, all }) => (
          <button type="button" title={w.groups[at]} aria-label={w.groups[at]} onClick={() => (want(""), requestAnimationFrame(() => document.getElementById(`emoji-${at}`)?.scrollIntoView()))}>{all[0]?.[0]}</button>
        ))}
      </nav>
      <div class="all" aria-busy={kinds.length === 0} tabIndex={-1}>
        {found ? found.length > 0 ? <div class="grid">{found.map(cell)}</div> : <p role="status">{w.none}</p> : (
          <>
            {recent.length > 0 && <section><h2>{w.recent}</h2><div class="grid">{recent.map((emoji) => cell([emoji, named.get(emoji) ?? emoji]))}</div></section>}
            {kinds.map(({ at, all }) => <section id={`emoji-${at}`}><h2>{w.groups[at]}</h2><div class="grid">{all.map(cell)}</div></section>)}
          </>
        )}
      </div>
    </div>
  );
}

/** Up and down go by what is on the screen: the rows' lengths differ. */
function neighbour(all: readonly HTMLElement[], at: number, key: string): HTMLElement | undefined {
  const ahead = document.documentElement.dir === "rtl" ? -1 : 1;
  if (key === "ArrowRight" || key === "ArrowLeft") return all[at + (key === "ArrowRight" ? ahead : -ahead)];
  const here = all[at]!.getBoundingClientRect();
  const rest = key === "ArrowDown" ? all.slice(at + 1) : all.slice(0, at).reverse();
  return rest.find((each) => each.getBoundingClientRect().top !== here.top && Math.abs(each.getBoundingClientRect().left - here.left) < here.width / 2)
    ?? rest.find((each) => each.getBoundingClientRect().top !== here.top);
}
