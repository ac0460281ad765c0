export interface NewBatch {
  /** UUID v7, or v8 where it derives from something that may be sent twice. */
  id: string;
  apiKeyId: number;
  /** The lineage of the key, if the key is bound to accounts: only keys of the lineage see this batch. */
  boundLineageId?: number | null;
  requestId: string | null;
  /** The SHA-256 of the request behind a derived id. */
  requestHash?: Buffer | null;
}

export interface InsertedCounts {
  /** Rows stored. */
  transactionCount: number;
  /** Rows that were stored already, or stood earlier in the same batch. */
  duplicateCount: number;
  /** Duplicates that differ from the row that is stored. */
  conflictCount: number;
}
