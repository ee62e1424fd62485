export const security = {
  security: {
  },
} as const;
