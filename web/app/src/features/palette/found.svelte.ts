/** What the server finds while one types: asked at pauses, the last answer staying until the next one is there. */

import { ApiError } from "../../api/errors";
import { search, type SearchPage } from "../../api/search";
import { t } from "../../i18n";
import { live } from "../../lib/live.svelte";
import { go, pathOf } from "../../lib/router.svelte";
import { viewOf } from "../../sync/rules";
import type { Entry } from "./entries";

const PAUSE = 120;
const FEW = 5;

type Trouble = "offline" | "failed" | null;

export function found(text: () => string): { readonly entries: Entry[]; readonly loading: boolean; readonly trouble: Trouble } {
  let page = $state.raw<SearchPage | null>(null);
  let loading = $state(false);
  let trouble = $state<Trouble>(null);
  let asked = "";

  $effect(() => {
    const wanted = text().trim();
    if (wanted === "") {
      page = null;
      loading = false;
      trouble = null;
      return;
    }
    loading = true;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      search(wanted, FEW, stop.signal).then(
        (answer) => {
          asked = wanted;
          page = answer;
          loading = false;
          trouble = null;
        },
        (error: unknown) => {
          if (stop.signal.aborted) return;
          loading = false;
          trouble = error instanceof ApiError && error.status === 0 ? "offline" : "failed";
        },
      );
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  });
  const entries = $derived(page && text().trim() !== "" ? entriesOf(page, asked) : []);
  return {
    get entries() {
      return entries;
    },
    get loading() {
      return loading;
    },
    get trouble() {
      return trouble;
    },
  };
}

function entriesOf({ items, conversations, contacts }: SearchPage, asked: string): Entry[] {
  return [
    ...conversations.slice(0, FEW).map((each): Entry => ({
      id: `conversation.${each.id}`, group: "conversations", title: each.contact_name, marks: [], detail: `#${each.number} · ${each.subject || each.preview}`,
      run: () => go(pathOf({ view: viewOf(each), conversation: each.id })),
    })),
    ...contacts.slice(0, FEW).map((each): Entry => ({
      id: `contact.${each.id}`, group: "contacts", title: each.name || each.address, marks: [], detail: each.address, run: () => go(`/contacts/${each.id}`),
    })),
    ...items.map((each): Entry => ({
      id: `message.${each.message_id}`, group: "messages", title: each.excerpt, marks: each.marks,
      detail: each.author.id === live.me.id ? `${t.you} → ${each.contact_name}` : each.author.name || each.contact_name,
      run: () => go(pathOf({ view: viewOf(each), conversation: each.conversation_id, message: each.message_id })),
    })),
    { id: "search.all", group: "more", title: t.commands.all_hits(asked), marks: [], run: () => go(`/search?q=${encodeURIComponent(asked)}`) },
  ];
}
