import { killChildren } from './child-process.ts';

/** The exit status that shells report for a process ended by Ctrl-C. */
const interruptedStatus = 130;

/** Aborts on the first SIGINT or SIGTERM, so that everything stops in order. The second signal kills all processes. */
export function stopOnSignals(log: (message: string) => void): AbortController {
  const stopping = new AbortController();
  const onSignal = () => {
    if (stopping.signal.aborted) {
      log('Killing everything at once.');
      killChildren();
      process.exit(interruptedStatus);
    }
    log('\nStopping … (press again to kill everything at once)');
    stopping.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return stopping;
}
