import { killChildren } from './child-process.ts';

/** The status of a process that Ctrl-C ended, as shells report it. */
const interruptedStatus = 130;

/**
 * Aborts on the first SIGINT or SIGTERM, so that everything can stop in order; the second one kills all
 * at once.
 */
export function stopOnSignals(log: (message: string) => void): AbortController {
  const stopping = new AbortController();
  const onSignal = () => {
    if (stopping.signal.aborted) {
      log('Killing everything at once.');
      killChildren();
      process.exit(interruptedStatus);
    }
    log('\nStopping … (once more kills everything at once)');
    stopping.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return stopping;
}
