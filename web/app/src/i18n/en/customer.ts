export const customer = {
  customer: {
    label: "Customer",
    visitor: "A visitor of the website",
    reaches: "Reaches you on",
    details: "Details",
    labels: "Labels",
    no_labels: "No labels",
    earlier: "Earlier conversations",
    files: "Files",
    subject: "Subject",
    since: "Customer since",
    number: "Conversation",
  },
} as const;
