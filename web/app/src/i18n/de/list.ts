import type { Catalogue } from "..";
import type { list as english } from "../en/list";
import { many } from "../many";

export const list: Pick<Catalogue, keyof typeof english> = {
  list: {
    label: "Unterhaltungen",
    new: "Neue Unterhaltung",
    all_channels: "Alle Kanäle",
    unread: "Ungelesen",
    team: "Team",
    label_filter: "Label",
    channel: "Kanal",
    clear: "Filter aufheben",
    filter: "Filter",
    fresh: (count: number) => `${count} neu`,
    fresh_show: "Neues zeigen",
    unread_count: (count: number) => many(count, "ungelesene Nachricht", "ungelesene Nachrichten"),
    waiting: (time: string) => `Wartet ${time}`,
    yours: "Sie: ",
    note: "Notiz: ",
    no_messages: "Noch keine Nachrichten",
    files: { image: "Bild", audio: "Sprachnachricht", video: "Video", file: "Datei" },
  },
};
