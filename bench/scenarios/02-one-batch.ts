import type { Rounds } from '../interleave.ts';
import { FloorTable } from '../limits/floor-table.ts';
import { newRows, toBody } from '../load/batches.ts';
import { alone, compared, type Measurement } from '../measurement.ts';
import type { Bench, Outcome, Scenario } from '../scenario.ts';
import { timed } from '../timed.ts';

const rowCount = 100_000;

export const oneBatch: Scenario = {
  number: 2,
  title: 'One batch of 100,000 rows, POST sent → completed, 1,500 patterns',
  run: async (bench) => {
    await bench.stack.reset();
    const outcome = await measureOneBatch(bench, { warmUps: 2, repeats: 7 });
    return {
      ...outcome,
      measurements: [...outcome.measurements, ...(await measureBytes(bench))],
    };
  },
};

export async function measureOneBatch(bench: Bench, rounds: Rounds): Promise<Outcome> {
  const floor = await FloorTable.create(bench.database);
  const figures: number[] = [];
  const copies: number[] = [];
  const updates: number[] = [];
  for (let round = 0; round < rounds.warmUps + rounds.repeats; round++) {
    const rows = newRows(rowCount);
    const { batchId, ms } = await processBatch(bench, toBody(rows));
    const prepared = floor.prepare(rows, batchId);
    // The batch is added to the totals some seconds later. That must not happen while the limit is measured.
    await bench.stack.whenAtRest();
    // The limit always comes second, since the UPDATE writes the results of the processed batch.
    await floor.prepareUpdate(prepared, batchId);
    const copyMs = await timed(() => floor.copy(prepared));
    const updateMs = await timed(() => floor.update(prepared));
    if (round < rounds.warmUps) continue;
    figures.push(ms);
    copies.push(copyMs);
    updates.push(updateMs);
  }
  return {
    measurements: [
      compared(
        'captured, categorized and completed',
        'ms',
        figures,
        {
          name: 'COPY + one UPDATE statement of the same rows',
          values: copies.map((ms, index) => ms + (updates[index] as number)),
        },
        { atMost: 1.5 },
      ),
      compared(
        'of the limit: the COPY',
        'ms',
        copies,
        { name: 'the UPDATE', values: updates },
        null,
      ),
    ],
    notes: [
      'The database is polled every 2 ms for the completion of the batch, and less often later, with an error of at most half a per cent. The text of the COPY and the table that the UPDATE joins were prepared beforehand.',
    ],
  };
}

/** The size of a row on disk and in the WAL, which docs/scaling.md calculates with. */
async function measureBytes(bench: Bench): Promise<Measurement[]> {
  const { database, api, stack } = bench;
  const walPosition = async () => {
    const { rows } = await database.query<{ position: string }>(
      `SELECT pg_current_wal_lsn() - '0/0' AS position`,
    );
    return Number(rows[0]?.position);
  };
  // Right after a checkpoint, the first change to each page writes the whole page to the WAL.
  await processBatch(bench, toBody(newRows(rowCount)));
  const body = toBody(newRows(rowCount));
  const [before, afterPost] = await stack.withoutWorker(async () => {
    const position = await walPosition();
    await api.postBatch(body);
    return [position, await walPosition()] as const;
  });
  await stack.whenIdle();
  const after = await walPosition();
  const { rows } = await database.query<{ bytes: number }>(
    `SELECT pg_total_relation_size('transactions')::float8 / sum(transaction_count) AS bytes FROM batches`,
  );
  const bytes = (name: string, value: number) => alone(name, 'bytes', [value], null);
  return [
    bytes('a stored row, with its indexes', rows[0]?.bytes ?? NaN),
    bytes('WAL a row, captured', (afterPost - before) / rowCount),
    bytes('WAL a row, processed', (after - afterPost) / rowCount),
  ];
}

/** Posts a batch and waits until it is completed. */
export async function processBatch(
  { api, stack }: Bench,
  body: Buffer,
): Promise<{ batchId: string; postMs: number; ms: number }> {
  const startedAt = performance.now();
  const batchId = await api.postBatch(body);
  const postMs = performance.now() - startedAt;
  await stack.whenCompleted(batchId);
  return { batchId, postMs, ms: performance.now() - startedAt };
}
