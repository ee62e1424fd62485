import { many } from "../many";

export const list = {
  list: {
    label: "Conversations",
    new: "New conversation",
    all_channels: "All channels",
    unread: "Unread",
    team: "Team",
    label_filter: "Label",
    channel: "Channel",
    clear: "Clear filters",
    filter: "Filter",
    fresh: (count: number) => `${count} new`,
    fresh_show: "Show what is new",
    unread_count: (count: number) => many(count, "unread message", "unread messages"),
    waiting: (time: string) => `Waiting ${time}`,
    yours: "You: ",
    note: "Note: ",
    no_messages: "No messages yet",
    files: { image: "Image", audio: "Voice message", video: "Video", file: "File" },
  },
} as const;
