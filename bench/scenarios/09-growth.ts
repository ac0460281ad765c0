import { takeTurns } from '../interleave.ts';
import { newBatches, newRows, toBody } from '../load/batches.ts';
import { type AccountSize, accountRows, accounts, fillTable } from '../load/fill.ts';
import { compared, type Measurement } from '../measurement.ts';
import { withBench } from '../open-bench.ts';
import type { Bench, Outcome, Scenario } from '../scenario.ts';
import { timed } from '../timed.ts';
import { processBatch } from './02-one-batch.ts';
import { runBurst } from './04-small-batches.ts';
import { rangeEnding, reportTime } from './06-report.ts';
import { searchesOf, setByHand } from './08-console.ts';

const factors = [1, 10, 100];
const atMost = 1.3;
const batchRounds = { warmUps: 1, repeats: 7 };
const reportRounds = { warmUps: 2, repeats: 11 };
const burstBatches = 500;
const rowsPerSmallBatch = 10;
const rowsPerLargeBatch = 100_000;

export const growth: Scenario = {
  number: 9,
  title: 'Growth: scenarios 2, 4, 6 and 8 at 10 and 100 times the stored rows',
  run: (bench) =>
    withBench(bench, (once) =>
      withBench(bench, (tenfold) => measureGrowth([once, tenfold, bench])),
    ),
};

/** Each bench has its own stack. The factors are in the order of the benches. */
async function measureGrowth(benches: [Bench, ...Bench[]]): Promise<Outcome> {
  const [first] = benches;
  for (const [index, bench] of benches.entries())
    await fillTable(bench, Math.round((bench.rowCount * (factors[index] as number)) / 100));

  const small = await measureReports(benches, 'small');
  const medium = await measureReports(benches, 'medium');
  await whenAtRest(benches);
  const searches = await measureSearches(benches);
  const bursts = await takeTurns(
    batchRounds,
    () => newBatches(burstBatches, rowsPerSmallBatch).map(toBody),
    benches.map((bench) => async (bodies) => {
      await whenAtRest(benches);
      return 1_000 / (await runBurst(bench, bodies)).rate;
    }),
  );
  const batches = await takeTurns(
    batchRounds,
    () => toBody(newRows(rowsPerLargeBatch)),
    benches.map((bench) => async (body) => {
      await whenAtRest(benches);
      return (await processBatch(bench, body)).ms;
    }),
  );

  const figures = [
    { name: 'a batch of 100,000 rows', times: batches },
    { name: `a batch of 10 rows, of ${burstBatches} at once`, times: bursts },
    { name: 'report of the small account', times: small },
    { name: 'report of the medium account', times: medium },
  ];
  const rows = (size: AccountSize) => accountRows(first, size).toLocaleString('en');
  const rowsOnTop = (batchRounds.warmUps + batchRounds.repeats) * rowsPerLargeBatch;
  return {
    measurements: factors.slice(1).flatMap((factor, index) =>
      [
        ...figures.map((figure) => ({ ...figure, target: atMost })),
        // These may grow, but by less than the table.
        ...searches.map((figure) => ({ ...figure, target: factor })),
      ].map(({ name, times: [atFirst = [], ...atLater], target }): Measurement => {
        const limit = { name: 'at 1 ×', values: atFirst };
        return compared(`${name}, ${factor} × the rows`, 'ms', atLater[index] ?? [], limit, {
          atMost: target,
        });
      }),
    ),
    notes: [
      `1 × is ${Math.round(first.rowCount / 100).toLocaleString('en')} rows, a fifth of which belong to one account, plus accounts of ${rows('small')} and ${rows('medium')} rows. Each size has its own stack on this machine, and they take turns: the same request goes to one after the other, while the others are idle. The measured batches add ${rowsOnTop.toLocaleString('en')} rows to each.`,
    ],
  };
}

const whenAtRest = (benches: readonly Bench[]) =>
  Promise.all(benches.map(({ stack }) => stack.whenAtRest()));

/** Measures uncached reports, each of a different range. */
async function measureReports(benches: readonly Bench[], size: AccountSize): Promise<number[][]> {
  for (const { stack } of benches) await stack.dropCaches();
  return takeTurns(
    reportRounds,
    rangeEnding,
    benches.map((bench) => (range) => reportTime(bench, accounts[size].id, range)),
  );
}

/** How long the lists of the console take that no index leads to. */
async function measureSearches(benches: readonly [Bench, ...Bench[]]) {
  const figures: { name: string; times: number[][] }[] = [];
  for (const bench of benches) await setByHand(bench);
  for (const { name, path } of await searchesOf(benches[0])) {
    const measures = benches.map(
      ({ api }) =>
        () =>
          timed(() => api.get(path)),
    );
    const times = await takeTurns(reportRounds, () => {}, measures);
    figures.push({ name: `transactions ${name}`, times });
  }
  return figures;
}
