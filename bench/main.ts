/**
 * Measures what users feel, each figure beside the limit of the same machine in the same run, on a
 * stack of its own.
 *
 *   script/bench [<scenario> …] [--rows 5000000] [--no-write]
 */
import { parseArgs } from 'node:util';
import pg from 'pg';
import { withScratchStack } from '../src/local/with-scratch-stack.ts';
import { BenchStack } from './bench-stack.ts';
import { ApiLoad } from './load/api-load.ts';
import { makePatterns } from './load/patterns.ts';
import { describeMachine } from './report/describe-machine.ts';
import { formatMeasurements } from './report/format-measurements.ts';
import { writeReport } from './report/write-report.ts';
import { scenarios } from './scenarios/index.ts';

const patternCount = 1_500;

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

await withScratchStack(async (stack, signal) => {
  const { servers } = stack;
  const database = new pg.Client(servers.databaseUrl);
  const api = new ApiLoad(stack.baseUrl, stack.apiKey);
  await database.connect();
  try {
    await api.post('/api/admin/categories/import', makePatterns(patternCount));
    const bench = {
      stack: new BenchStack(stack, database, signal, log),
      servers,
      database,
      api,
      directory: stack.settings.dataDir,
      rowCount,
      log,
    };
    const machine = await describeMachine(bench);
    for (const scenario of chosen) {
      log(`\n${scenario.number}. ${scenario.title}`);
      const startedAt = Date.now();
      const outcome = await scenario.run(bench);
      const seconds = Math.round((Date.now() - startedAt) / 1_000);
      log(`${formatMeasurements(outcome.measurements)}\n(${seconds} s)`);
      if (!values['no-write'])
        await writeReport({
          ...outcome,
          number: scenario.number,
          title: scenario.title,
          seconds,
          rowCount,
          machine,
          measuredAt: new Date().toISOString(),
        });
    }
  } finally {
    api.close();
    await database.end();
  }
}, log);
