/**
 * Measures what users feel on a separate stack, each figure next to a limit of the same machine in the same run.
 *
 *   script/bench [<scenario> …] [--rows 5000000] [--no-write]
 */
import { parseArgs } from 'node:util';
import { withBench } from './open-bench.ts';
import { describeMachine } from './report/describe-machine.ts';
import { formatMeasurements } from './report/format-measurements.ts';
import { writeReport } from './report/write-report.ts';
import type { Bench, Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '5000000' },
    'no-write': { type: 'boolean', default: false },
  },
});
const rowCount = Number(values.rows);
const chosen = scenarios.filter(
  ({ number }) => positionals.length === 0 || positionals.includes(String(number)),
);
const unknown = positionals.filter(
  (text) => !scenarios.some(({ number }) => String(number) === text),
);
if (unknown.length > 0 || !Number.isInteger(rowCount) || rowCount < 1) {
  console.error('Usage: script/bench [<scenario> …] [--rows <n>] [--no-write]\n');
  for (const { number, title } of scenarios) console.error(`  ${number}  ${title}`);
  process.exit(2);
}

const log = (message: string) => console.log(message);

for (const kafka of [false, true]) {
  const group = chosen.filter(({ needsKafka = false }) => needsKafka === kafka);
  if (group.length > 0) await withBench({ rowCount, log, kafka }, (bench) => runAll(bench, group));
}

async function runAll(bench: Bench, group: readonly Scenario[]): Promise<void> {
  const machine = await describeMachine(bench);
  for (const { number, title, run } of group) {
    log(`\n${number}. ${title}`);
    const startedAt = Date.now();
    const outcome = await run(bench);
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    log(`${formatMeasurements(outcome.measurements)}\n(${seconds} s)`);
    if (values['no-write']) continue;
    const measuredAt = new Date(startedAt).toISOString();
    await writeReport({ number, title, ...outcome, measuredAt, seconds, rowCount, machine });
  }
}
