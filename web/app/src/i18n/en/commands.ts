import { figure, many } from "../many";

export const commands = {
  commands: {
    palette: "Commands and search",
    find: "Search or run a command",
    search: "Search everything",
    go: (name: string) => `Go to ${name}`,
    labelled: (name: string) => `Label: ${name}`,
    handled: (name: string) => `Handled by ${name}`,
    settings: (name: string) => `Settings: ${name}`,
    all_hits: (text: string) => `All results for “${text}”`,
    count: (count: number) => many(count, "1 result", `${figure(count)} results`),
    groups: { commands: "Actions", conversations: "Conversations", contacts: "Contacts", messages: "Messages", more: "More", go: "Go to", conversation: "Conversation", list: "List", write: "Write", app: "Everywhere" },
  },
} as const;
