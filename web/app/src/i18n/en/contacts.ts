export const contacts = {
  contacts: {
  },
} as const;
