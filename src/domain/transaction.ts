/** A valid transaction as a client sent it. Texts are unchanged, and the amount is an exact decimal. */
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

/** The fields in which a duplicate may differ from the stored row, under the names of the API. */
export const conflictFields = [
  'amount',
  'currency',
  'date',
  'merchant_name',
  'description',
] as const;
export type ConflictField = (typeof conflictFields)[number];
