import { createReadStream, createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { interleave, type Rounds } from '../interleave.ts';
import { ndjsonLines, newBatches, toBody } from '../load/batches.ts';
import { runInParallel } from '../load/run-in-parallel.ts';
import { compared, type Measurement } from '../measurement.ts';
import { percentile } from '../percentile.ts';
import type { Bench, Scenario } from '../scenario.ts';

const rounds: Rounds = { warmUps: 1, repeats: 5 };
const workerCounts = [2, 4];
const clients = 16;
const smallBatchCount = 1_000;
const rowsPerSmallBatch = 10;
const rowsOfBigBatch = 500_000;

export const fairness: Scenario = {
  number: 10,
  title: 'Fairness: 1,000 batches of 10 rows beside one of 500,000',
  run: async (bench) => {
    const measurements: Measurement[] = [];
    for (const count of workerCounts) {
      await bench.stack.reset();
      measurements.push(
        await bench.stack.withWorkers(count, () => measureFairness(bench, `${count} workers`)),
      );
    }
    return {
      measurements,
      notes: [
        `${clients} clients send the small batches as fast as they are accepted, starting when the large one is accepted. Times are from sending the POST until the batch is completed, by the clocks of client and database on the same machine. Each measurement begins once all earlier batches are in the totals.`,
      ],
    };
  },
};

async function measureFairness(bench: Bench, workers: string): Promise<Measurement> {
  const { api, stack } = bench;
  const file = path.join(bench.directory, 'big.ndjson');
  const prepare = async () => {
    await pipeline(Readable.from(ndjsonLines(rowsOfBigBatch)), createWriteStream(file));
  };
  const { figures, limits } = await interleave(
    rounds,
    prepare,
    async () => {
      await api.streamBatch(createReadStream(file));
      const p95 = await smallBatchesP95(bench);
      await stack.whenAtRest();
      return p95;
    },
    async () => {
      const p95 = await smallBatchesP95(bench);
      await stack.whenAtRest();
      return p95;
    },
  );
  return compared(
    `small batches beside a large one, p95, ${workers}`,
    'ms',
    figures,
    { name: 'without the large one', values: limits },
    { atMost: 3 },
  );
}

/** Measures the time from sending a POST until its batch is completed. */
async function smallBatchesP95({ api, stack, database }: Bench): Promise<number> {
  const bodies = newBatches(smallBatchCount, rowsPerSmallBatch).map(toBody);
  const sentAt = new Map<string, number>();
  await runInParallel(clients, bodies, async (body) => {
    const now = Date.now();
    sentAt.set(await api.postBatch(body), now);
  });
  await stack.whenAllCompleted([...sentAt.keys()]);
  const { rows } = await database.query<{ id: string; finishedAt: Date }>(
    'SELECT id, finished_at AS "finishedAt" FROM batches WHERE id = ANY ($1)',
    [[...sentAt.keys()]],
  );
  return percentile(
    rows.map(({ id, finishedAt }) => finishedAt.getTime() - (sentAt.get(id) as number)),
    0.95,
  );
}
