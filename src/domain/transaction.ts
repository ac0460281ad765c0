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
