export const look = {
  look: {
    text: "How Harken looks to you, in every browser.",
    theme: "Theme",
    density: "Density",
    densities: { comfortable: "Comfortable", compact: "Compact" },
    language: "Language",
    sending: "Sending",
    send_with: { enter: "Enter sends, Shift+Enter breaks the line", mod_enter: "Ctrl+Enter sends, Enter breaks the line" },
  },
} as const;
