/** The time, for "2 min" and "Yesterday": one clock for the whole page, ticking every 15 seconds. */

let time = $state(Date.now());
setInterval(() => (time = Date.now()), 15_000);
addEventListener("visibilitychange", () => (time = Date.now()));

export const now = {
  get ms(): number {
    return time;
  },
};
