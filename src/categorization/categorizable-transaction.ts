/** The fields that a categorizer may use. */
export interface CategorizableTransaction {
  merchantName: string | null;
  description: string | null;
}
