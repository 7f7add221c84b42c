export const TableNames = {
  Invoices: "billing_invoices",
} as const;
