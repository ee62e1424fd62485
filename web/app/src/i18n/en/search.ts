export const search = {
  search: {
  },
} as const;
