export const hours = {
  hours: {
  },
} as const;
