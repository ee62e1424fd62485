/** Short confirmations at the edge of the screen. Refusals are shown in place instead, where they happened. */

export type Notice = { id: number; text: string };

let next = 0;
let list = $state<Notice[]>([]);

export const notices = {
  get list(): Notice[] {
    return list;
  },
};

export function notify(text: string): void {
  const id = next++;
  list = [...list, { id, text }];
  setTimeout(() => (list = list.filter((notice) => notice.id !== id)), 4000);
}
