import { heartbeat } from '@temporalio/activity';
import {
  deleteSomeExpiredIdempotencyKeys,
  maxAnswersDeletedAtOnce,
} from '../db/batches/delete-some-expired-idempotency-keys.ts';
import { tidyShadowDecisions } from '../db/learning/tidy-shadow-decisions.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { noteSweepEnd } from './note-sweep-end.ts';

/**
 * Less than an attempt may take. What a key may send in the five minutes until the next sweep is deleted in a
 * tenth of it, so that a backlog becomes smaller with each.
 */
const maxMs = 60_000;

/**
 * Deletes answers to idempotency keys that have expired, some at a time. Returns how many. It tidies the counts of
 * categorizers in shadow, too: the name is older than they are, and permanent.
 */
export async function deleteExpiredIdempotencyKeys({
  database,
}: ActivityDependencies): Promise<number> {
  const until = Date.now() + maxMs;
  let count = 0;
  let deleted: number;
  do {
    deleted = await deleteSomeExpiredIdempotencyKeys(database);
    count += deleted;
    heartbeat(count);
  } while (deleted === maxAnswersDeletedAtOnce && Date.now() < until);
  while (Date.now() < until && (await tidyShadowDecisions(database))) heartbeat(count);
  // This is the last step of a sweep.
  noteSweepEnd();
  return count;
}
