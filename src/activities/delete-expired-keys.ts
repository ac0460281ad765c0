import { deleteExpiredAnswers } from '../db/idempotency-keys.ts';
import type { ActivityDependencies } from './create-activities.ts';

/** Forgets the answers to idempotency keys that are no longer kept. Returns how many. */
export async function deleteExpiredKeys({ database }: ActivityDependencies): Promise<number> {
  return database.transaction(deleteExpiredAnswers);
}
