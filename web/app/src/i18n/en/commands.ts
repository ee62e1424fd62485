export const commands = {
  commands: {
  },
} as const;
