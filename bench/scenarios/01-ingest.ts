import { interleave, type Rounds } from '../interleave.ts';
import { FloorTable } from '../limits/floor-table.ts';
import { newBatches, newRows, toBody } from '../load/batches.ts';
import { runInParallel } from '../load/run-in-parallel.ts';
import { alone, compared, type Measurement } from '../measurement.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { timed } from '../timed.ts';

const clients = 4;
const rowsPerBody = 10_000;
const bodies = 12;
const perSecond = (ms: number) => (bodies * rowsPerBody * 1_000) / ms;

export const ingest: Scenario = {
  number: 1,
  title: 'Ingest: JSON bodies of 10,000 rows, 4 clients',
  run: async (bench) => ({
    measurements: [
      await measureIngest(bench, { warmUps: 1, repeats: 5 }),
      await measureIngestWhileProcessing(bench, { warmUps: 1, repeats: 3 }),
    ],
    notes: [
      `A round is ${bodies} bodies, ${(bodies * rowsPerBody).toLocaleString('en')} rows. Both tables are filled by the same rounds, and the COPY sends text that was prepared beforehand. The worker is paused, except in the second line.`,
    ],
  }),
};

export async function measureIngest(bench: Bench, rounds: Rounds): Promise<Measurement> {
  const { stack, database, api } = bench;
  await stack.reset();
  const floor = await FloorTable.create(database);
  // The rows of the COPY have to belong to a batch.
  const batchId = await api.postBatch(toBody(newRows(1)));
  await stack.whenIdle();
  const { figures, limits } = await stack.withoutWorker(() =>
    interleave(
      rounds,
      () => {
        const batches = newBatches(bodies, rowsPerBody);
        return { bodies: batches.map(toBody), copy: floor.prepare(batches.flat(), batchId) };
      },
      (prepared) => post(bench, prepared.bodies),
      async ({ copy }) => perSecond(await timed(() => floor.copy(copy))),
    ),
  );
  await stack.whenIdle();
  return compared(
    'accepted, from HTTP to commit',
    'rows/s',
    figures,
    { name: "one client's COPY into a table alike", values: limits },
    { atLeast: 0.9 },
  );
}

async function measureIngestWhileProcessing(
  bench: Bench,
  { warmUps, repeats }: Rounds,
): Promise<Measurement> {
  const rates: number[] = [];
  for (let round = 0; round < warmUps + repeats; round++)
    rates.push(await post(bench, newBatches(bodies, rowsPerBody).map(toBody)));
  await bench.stack.whenIdle();
  return alone('the same while the worker processes them', 'rows/s', rates.slice(warmUps), null);
}

async function post({ api }: Bench, prepared: readonly Buffer[]): Promise<number> {
  return perSecond(
    await timed(() => runInParallel(clients, prepared, (body) => api.postBatch(body))),
  );
}
