import { idempotencyKeyHours } from '../../domain/limits.ts';
import type { Database } from '../connection/database.ts';

/** Keeps a statement, and with it its locks, to a fraction of a second. */
export const maxAnswersDeletedAtOnce = 10_000;

/** Deletes answers to idempotency keys that have expired, at most `maxAnswersDeletedAtOnce`. Returns how many. */
export async function deleteSomeExpiredIdempotencyKeys(database: Database): Promise<number> {
  // An expired key that is being claimed again is left out: its client may take minutes.
  const result = await database.raw<{ rowCount: number }>(
    `DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM idempotency_keys WHERE created_at < now() - make_interval(hours => ?)
        LIMIT ? FOR UPDATE SKIP LOCKED))`,
    [idempotencyKeyHours, maxAnswersDeletedAtOnce],
  );
  return result.rowCount;
}
