/** Short confirmations at the edge of the screen. Refusals are shown in place instead, where they happened. */

export type NoticeAction = { readonly label: string; readonly run: () => void };
export type Notice = { readonly id: number; readonly text: string; readonly action?: NoticeAction };

const LASTS = 4_000;
const LASTS_WITH_ACTION = 10_000;
let next = 0;
let list = $state.raw<readonly Notice[]>([]);

export const notices = {
  get list(): readonly Notice[] {
    return list;
  },
};

/** `action`: what can still be done about it, such as undoing it. `stays`: until it is acted on or put away. */
export function notify(text: string, action?: NoticeAction, { stays = false } = {}): void {
  const id = next++;
  list = [...list.slice(-3), action ? { id, text, action } : { id, text }];
  if (!stays) setTimeout(() => dismiss(id), action ? LASTS_WITH_ACTION : LASTS);
}

export function dismiss(id: number): void {
  list = list.filter((notice) => notice.id !== id);
}
