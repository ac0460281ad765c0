/** Rows of one batch whose ids lie between two, both inclusive: a range scan of the primary key. */
export interface TransactionRange {
  batchId: string;
  firstId: number;
  lastId: number;
}
