export const look = {
  look: {
  },
} as const;
