import { v7 as uuidV7 } from 'uuid';
import { maxOpenRecategorizations } from '../../domain/recategorization.ts';
import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Transaction } from '../connection/database.ts';
import { Recategorization } from '../models/recategorization.ts';

type NewRecategorization = Pick<
  Recategorization,
  | 'scope'
  | 'accountId'
  | 'categoryId'
  | 'patternId'
  | 'startDate'
  | 'endDate'
  | 'includeManual'
  | 'requestedBy'
>;

/** Stores a pending run; null when as many as there may be are open. */
export async function createRecategorization(
  trx: Transaction,
  run: NewRecategorization,
): Promise<Recategorization | null> {
  // Two at once would both count what is open before the other.
  await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.recategorizations})`);
  const openCount = await Recategorization.query(trx)
    .whereIn('status', ['pending', 'processing'])
    .resultSize();
  if (openCount >= maxOpenRecategorizations) return null;
  return Recategorization.query(trx)
    .insert({ ...run, id: uuidV7() })
    .returning('*');
}
