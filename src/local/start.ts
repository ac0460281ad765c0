import { parseArgs } from 'node:util';
import { stopOnSignals } from './processes/stop-on-signals.ts';
import { type RunOptions, runStack } from './run-stack.ts';
import { loadSettings } from './settings.ts';

const log = (message: string) => console.log(message);

function parseOptions(): RunOptions {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ options: { demo: flag, reset: flag, observe: flag, kafka: flag } }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\nscript/start --help shows the options.`);
    process.exit(2);
  }
}

/** If a signal stopped the stack, all went well. Any other reason is a failure. */
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
