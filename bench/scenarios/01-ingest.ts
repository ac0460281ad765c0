import { interleave, type Rounds } from '../interleave.ts';
import { FloorTable } from '../limits/floor-table.ts';
import { newBatches, newRows, toBody } from '../load/batches.ts';
import { inLanes } from '../load/in-lanes.ts';
import { alone, compared } from '../measurement.ts';
import type { Bench, Outcome, Scenario } from '../scenario.ts';
import { timed } from '../timed.ts';

const clients = 4;
const rowsPerBody = 10_000;
const bodies = 12;
const perSecond = (ms: number) => (bodies * rowsPerBody * 1_000) / ms;

export const ingest: Scenario = {
  number: 1,
  title: 'Ingest: JSON bodies of 10,000 rows, 4 clients',
  run: (bench) => measureIngest(bench, { warmUps: 1, repeats: 5 }),
};

export async function measureIngest(bench: Bench, rounds: Rounds): Promise<Outcome> {
  const { stack, database, api } = bench;
  await stack.reset();
  const floor = await FloorTable.create(database);
  // The rows of the COPY need a batch to belong to.
  const batchId = await api.postBatch(toBody(newRows(1)));
  await stack.whenIdle();
  const prepare = () => {
    const batches = newBatches(bodies, rowsPerBody);
    return { bodies: batches.map(toBody), copy: floor.prepare(batches.flat(), batchId) };
  };
  const post = async (prepared: { bodies: Buffer[] }) =>
    perSecond(await timed(() => inLanes(clients, prepared.bodies, (body) => api.postBatch(body))));

  const { figures, limits } = await stack.withoutWorker(() =>
    interleave(rounds, prepare, post, async ({ copy }) =>
      perSecond(await timed(() => floor.copy(copy))),
    ),
  );
  await stack.whenIdle();
  const whileProcessing: number[] = [];
  for (let repeat = 0; repeat < 3; repeat++) whileProcessing.push(await post(prepare()));
  await stack.whenIdle();
  return {
    measurements: [
      compared(
        'accepted, from HTTP to commit',
        'rows/s',
        figures,
        {
          name: "one client's COPY into a table alike",
          values: limits,
        },
        { atLeast: 0.9 },
      ),
      alone('the same while the worker processes them', 'rows/s', whileProcessing, null),
    ],
    notes: [
      `A round is ${bodies} bodies, ${bodies * rowsPerBody} rows; both tables are filled by the same rounds, and the COPY sends text that was made beforehand. The worker stands still, except in the second line.`,
    ],
  };
}
