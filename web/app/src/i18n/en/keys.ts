export const keys = {
  keys: {
    title: "Keyboard shortcuts",
    next: "Next conversation",
    previous: "Previous conversation",
    open: "Open it",
    pick: "Pick or take over",
    reply: "Write a reply",
    note: "Write a note",
    assign: "Forward",
    close: "Close or reopen",
    help: "This list",
  },
} as const;
