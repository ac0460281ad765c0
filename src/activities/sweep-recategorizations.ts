import { heartbeat } from '@temporalio/activity';
import { listOpenRecategorizations } from '../db/recategorizations/list-open-recategorizations.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** Starts every open recategorization that has no workflow: its start was lost, or it was terminated. Returns how many. */
export async function sweepRecategorizations({
  database,
  recategorizing,
  sweepGraceSeconds,
}: ActivityDependencies): Promise<number> {
  let startedCount = 0;
  for (const id of await listOpenRecategorizations(database, sweepGraceSeconds)) {
    if (!(await recategorizing.isRunning(id))) {
      await recategorizing.start(id);
      startedCount++;
    }
    heartbeat(startedCount);
  }
  return startedCount;
}
