import { heartbeat } from '@temporalio/activity';
import { listOpenAcceptances } from '../db/suggestions/list-open-acceptances.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** Starts every open acceptance that has no workflow: its start was lost, or it was terminated. Returns how many. */
export async function sweepAcceptances({
  database,
  accepting,
  sweepGraceSeconds,
}: ActivityDependencies): Promise<number> {
  let startedCount = 0;
  for (const acceptance of await listOpenAcceptances(database, sweepGraceSeconds)) {
    if (!(await accepting.isRunning(acceptance))) {
      await accepting.start(acceptance);
      startedCount++;
    }
    heartbeat(startedCount);
  }
  return startedCount;
}
