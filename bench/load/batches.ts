import {
  generateTransactions,
  type SampleOptions,
  type SampleTransaction,
} from '../../samples/generate-batch.ts';

let lastSeed = 0;
const rowsPerPart = 50_000;

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

/** Rows as NDJSON, a part at a time, so that a million need little memory. */
export function* ndjsonLines(rowCount: number): Generator<string> {
  for (let done = 0; done < rowCount; done += rowsPerPart)
    yield newRows(Math.min(rowsPerPart, rowCount - done))
      .map((row) => `${JSON.stringify(row)}\n`)
      .join('');
}
