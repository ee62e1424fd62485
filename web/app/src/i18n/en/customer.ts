export const customer = {
  customer: {
    label: "Customer",
    visitor: "A visitor of the website",
    reaches: "Reaches you on",
    labels: "Labels",
    earlier: "Earlier conversations",
    subject: "Subject",
    here: "This conversation",
    number: "Number",
  },
} as const;
