/** A batch of at most so many rows may share a run. A larger one is enough work for its own run. */
const maxRowsOfSmallBatch = 1_000;
/** Rows of all batches of a group: they are written in one statement, which must stay short. */
const maxRowsOfGroup = 5_000;
/**
 * Batches of a group, whose ids are the value of a search attribute: Temporal takes 2 KB of one by
 * default, and 48 quoted UUIDs are 1,873 bytes.
 */
export const maxBatchesOfGroup = 48;

export const isSmallBatch = (batch: { transactionCount: number }): boolean =>
  batch.transactionCount <= maxRowsOfSmallBatch;

/** The number of small batches, from the first one on, that make one group; `isFull` when no further one may join. */
export function measureGroup(batches: readonly { transactionCount: number }[]): {
  count: number;
  isFull: boolean;
} {
  let rowCount = 0;
  for (const [index, batch] of batches.entries()) {
    rowCount += batch.transactionCount;
    if (index === maxBatchesOfGroup || rowCount > maxRowsOfGroup)
      return { count: index, isFull: true };
  }
  return { count: batches.length, isFull: batches.length === maxBatchesOfGroup };
}

/** Divides batches into groups. Each larger batch is a group by itself. */
export function groupBatches<Batch extends { transactionCount: number }>(
  batches: readonly Batch[],
): Batch[][] {
  const groups = batches.filter((batch) => !isSmallBatch(batch)).map((batch) => [batch]);
  for (let rest = batches.filter(isSmallBatch); rest.length > 0; ) {
    const { count } = measureGroup(rest.slice(0, maxBatchesOfGroup + 1));
    groups.push(rest.slice(0, count));
    rest = rest.slice(count);
  }
  return groups;
}
