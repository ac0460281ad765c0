/** A transaction as a client sent it, checked: everything is text, byte for byte, and the amount is an exact decimal. */
export interface NewTransaction {
  transactionId: string;
  accountId: string;
  amount: string;
  currency: string;
  /** `YYYY-MM-DD` */
  date: string;
  merchantName: string | null;
  description: string | null;
}

/** In what a row may differ from the one that is stored under its key; the names are those of the API. */
export const conflictFields = [
  'amount',
  'currency',
  'date',
  'merchant_name',
  'description',
] as const;
export type ConflictField = (typeof conflictFields)[number];
