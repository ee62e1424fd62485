export const notifications = {
  notifications: {
  },
} as const;
