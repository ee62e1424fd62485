export const emoji = {
  emoji: {
    open: "Insert an emoji",
    menu: "Emoji",
    more: "More emoji",
  },
} as const;
