import { parseArgs } from 'node:util';
import { type RunOptions, runStack } from './run-stack.ts';
import { loadSettings } from './settings.ts';
import { stopOnSignals } from './stop-on-signals.ts';

const usage = `Usage: script/start [--demo] [--reset]

Starts PostgreSQL, Temporal, Redis, the API and the worker, and keeps them running until Ctrl-C.

  --demo   also imports the starter categories, posts a sample batch and shows an account's summary
  --reset  deletes all data of earlier starts first
  --help   shows this

Ports: PORT (3000), POSTGRES_PORT (5433), TEMPORAL_PORT (7233), TEMPORAL_UI_PORT (8233), REDIS_PORT (6380).
State: DATA_DIR (.data). Servers that run already: DATABASE_URL, TEMPORAL_ADDRESS, REDIS_URL.`;

const log = (message: string) => console.log(message);

function parseOptions(): RunOptions {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({ options: { demo: flag, reset: flag, help: flag } });
    if (!values.help) return values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
  log(usage);
  process.exit(0);
}

/** Where a signal is the reason, everything went as asked; any other reason is a failure. */
function report(error: unknown): number {
  const { name, message, cause } = error as Error;
  if (name === 'AbortError') return 0;
  console.error(`\n${message}`);
  if (cause instanceof Error && cause.message !== '') console.error(`  (${cause.message})`);
  return 1;
}

const options = parseOptions();
const stopping = stopOnSignals(log);
let status = 0;
try {
  await runStack(options, loadSettings(), stopping, log);
} catch (error) {
  status = report(stopping.signal.aborted ? stopping.signal.reason : error);
}
if (status === 0) log('Stopped.');
process.exit(status);
