import type { Child } from '../processes/child-process.ts';
import { reportStart } from '../processes/report-start.ts';
import { type Supervised, supervise } from '../processes/supervise.ts';
import type { ServerStart } from './server-start.ts';

/** Starts a server, logs that it is up, and restarts it whenever it dies. `signal` aborts the first start. */
export function superviseServer<Started extends { child: Child }>(
  name: string,
  { signal, ...common }: ServerStart,
  startServer: (start: ServerStart) => Promise<Started>,
): Promise<Supervised<Started>> {
  const { log } = common;
  const start = (stopSignal?: AbortSignal) => startServer({ ...common, signal: stopSignal });
  return reportStart(name, log, supervise({ name, log, signal, start }));
}
