import { newBatches, newRows, toBody } from '../load/batches.ts';
import { accountRows, fillTable } from '../load/fill.ts';
import { compared, type Measurement } from '../measurement.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { processBatch } from './02-one-batch.ts';
import { runBurst } from './04-small-batches.ts';
import { reportTimes } from './06-report.ts';

const factors = [1, 10, 100];
const atMost = 1.3;
const repeats = 5;
const burstBatches = 500;
const rowsPerSmallBatch = 10;
const rowsPerLargeBatch = 100_000;

export const growth: Scenario = {
  number: 9,
  title: 'Growth: scenarios 2, 4 and 6 at 10 and 100 times the stored rows',
  run: async (bench) => {
    const stages: Stage[] = [];
    for (const factor of factors) {
      await fillTable(bench, Math.round((bench.rowCount * factor) / 100));
      stages.push(await measureStage(bench));
    }
    const [first, ...later] = stages as [Stage, ...Stage[]];
    const measurements = later.flatMap((stage, index): Measurement[] => {
      const at = `${factors[index + 1]} × the rows`;
      const beside = (name: string, unit: 'ms', key: keyof Stage) =>
        compared(
          `${name}, ${at}`,
          unit,
          stage[key],
          { name: 'at 1 ×', values: first[key] },
          { atMost },
        );
      return [
        beside('a batch of 100,000 rows', 'ms', 'largeBatchMs'),
        beside(`a batch of 10 rows, of ${burstBatches} at once`, 'ms', 'smallBatchMs'),
        beside('report of the small account', 'ms', 'smallReportMs'),
        beside('report of the medium account', 'ms', 'mediumReportMs'),
      ];
    });
    return {
      measurements,
      notes: [
        `1 × is ${Math.round(bench.rowCount / 100).toLocaleString('en')} rows, of which a fifth belong to one account, and beside them the accounts of ${accountRows(bench, 'small').toLocaleString('en')} and ${accountRows(bench, 'medium').toLocaleString('en')} rows. The table is filled anew for each size, and the batches measured last come on top, ${(repeats + 1) * rowsPerLargeBatch} rows in all. The sizes are measured one after the other, not in turn.`,
      ],
    };
  },
};

interface Stage {
  smallReportMs: number[];
  mediumReportMs: number[];
  smallBatchMs: number[];
  largeBatchMs: number[];
}

async function measureStage(bench: Bench): Promise<Stage> {
  const rounds = { warmUps: 2, repeats: 2 * repeats + 1 };
  const stage: Stage = {
    smallReportMs: await reportTimes(bench, 'small', rounds),
    mediumReportMs: await reportTimes(bench, 'medium', rounds),
    smallBatchMs: [],
    largeBatchMs: [],
  };
  for (let round = 0; round <= repeats; round++) {
    const bodies = newBatches(burstBatches, rowsPerSmallBatch).map(toBody);
    await bench.stack.whenAtRest();
    const { rate } = await runBurst(bench, bodies);
    if (round > 0) stage.smallBatchMs.push(1_000 / rate);
  }
  for (let round = 0; round <= repeats; round++) {
    await bench.stack.whenAtRest();
    const { ms } = await processBatch(bench, toBody(newRows(rowsPerLargeBatch)));
    if (round > 0) stage.largeBatchMs.push(ms);
  }
  return stage;
}
