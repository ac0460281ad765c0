import {
  generateTransactions,
  type SampleOptions,
  type SampleTransaction,
} from '../../samples/generate-batch.ts';

let lastSeed = 0;

/** Realistic rows, none of which came in an earlier batch of this run. */
export function newRows(count: number, options: Partial<SampleOptions> = {}): SampleTransaction[] {
  return generateTransactions({
    accounts: 2_000,
    days: 365,
    ...options,
    count,
    seed: ++lastSeed,
  });
}

/** A request body. */
export function toBody(rows: readonly SampleTransaction[]): Buffer {
  return Buffer.from(JSON.stringify({ transactions: rows }));
}

/** So many batches of so many rows each. */
export function newBatches(batchCount: number, rowCount: number): SampleTransaction[][] {
  return Array.from({ length: batchCount }, () => newRows(rowCount));
}
