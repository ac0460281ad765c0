export interface NewBatch {
  /** UUID v7. */
  id: string;
  apiKeyId: number;
  /** The lineage of the key, if the key is bound to accounts: only keys of the lineage see this batch. */
  boundLineageId?: number | null;
  requestId: string | null;
}

export interface InsertedCounts {
  /** Rows stored. */
  transactionCount: number;
  /** Rows that were stored already, or stood earlier in the same batch. */
  duplicateCount: number;
  /** Duplicates that differ from the row that is stored. */
  conflictCount: number;
}
