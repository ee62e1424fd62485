import { figure, many } from "../many";

export const search = {
  search: {
    title: "Search",
    placeholder: "Words, “a phrase”, from:me, has:file …",
    narrow: "Narrow the search",
    further: "Searching further back…",
    failed: "The search did not answer.",
    offline: "Offline: the search needs the server.",
    start: { title: "Search all of history", text: "Words are looked for together. Put a phrase in quotes, leave a word out with a minus." },
    nothing: { title: "Nothing found", text: "Try fewer or other words." },
    understood: (what: string) => `Understood: ${what}. Try fewer or other words.`,
    count: (count: number) => many(count, "1 message", `${figure(count)} messages`),
    operators: {
      "from:me": "What I wrote",
      "from:customer": "What customers wrote",
      "has:file": "With a file",
      "has:image": "With a picture",
      "channel:": "On a channel",
      "label:": "With a label",
      "in:note": "Internal notes",
      "in:closed": "In closed conversations",
      "before:": "Before a day: 2026-11-01",
      "after:": "After a day: 2026-11-01",
    },
  },
} as const;
