export const views = {
  saved: {
  },
} as const;
