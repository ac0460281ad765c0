import type { Database } from '../connection/database.ts';

/** Notes that keys are used. It is for people, so a write a minute for each is enough. */
export async function markUsed(database: Database, apiKeyIds: readonly number[]): Promise<void> {
  // In one order everywhere, and without waiting: somebody else who holds the row writes the same.
  await database.raw(
    `UPDATE api_keys SET last_used_at = now() WHERE id IN (
       SELECT id FROM api_keys
        WHERE id = ANY (?) AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
        ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)`,
    [[...apiKeyIds]],
  );
}
