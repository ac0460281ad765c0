import { Acceptance } from '../db/models/acceptance.ts';
import { endAcceptance as end } from '../db/suggestions/change-acceptance-status.ts';
import type { AcceptanceInput } from './advance-acceptance.ts';
import type { ActivityDependencies } from './dependencies.ts';

export interface AcceptanceEnd extends AcceptanceInput {
  /** Why it failed; null when it did not. */
  reason: string | null;
}

export interface AcceptanceCounts {
  changedCount: number;
  undoneCount: number;
}

/** Marks what the acceptance was doing ended, unless it is doing something else by now, and says what it has done. */
export async function endAcceptance(
  { database }: ActivityDependencies,
  { id, status, reason }: AcceptanceEnd,
): Promise<AcceptanceCounts> {
  const done = status === 'running' ? 'completed' : 'undone';
  const ended = await end(database, id, status, reason === null ? done : 'failed', reason);
  const acceptance = ended ?? (await Acceptance.query(database).findById(id));
  return {
    changedCount: acceptance?.changedCount ?? 0,
    undoneCount: acceptance?.undoneCount ?? 0,
  };
}
