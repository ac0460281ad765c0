import type { CategoryMatch } from '../../domain/category-match.ts';
import type { Database } from '../connection/database.ts';
import { assignCategories } from '../transactions/assign-categories.ts';
import { decidedByCategorizer } from '../transactions/stored-decision.ts';
import { lockQueued, queuedBetween } from '../transactions/uncategorized-queue.ts';

/** A row of the uncategorized queue with its texts. */
export interface QueuedTransaction {
  id: number;
  merchantName: string | null;
  description: string | null;
}

/** Rows of the uncategorized queue between two ids, both inclusive, that have a merchant. */
export async function loadQueued(
  database: Database,
  firstId: number,
  lastId: number,
): Promise<QueuedTransaction[]> {
  return queuedBetween(database, firstId, lastId)
    .whereNotNull('merchant_name')
    .orderBy('id')
    .select<QueuedTransaction[]>('id', 'merchant_name', 'description');
}

/** Gives rows what was decided about them, if they are still in the queue. Returns the accounts of those that are. */
export async function applyDecisions(
  database: Database,
  decisions: readonly { id: number; match: CategoryMatch }[],
): Promise<string[]> {
  return database.transaction(async (trx) => {
    const wanted = await lockQueued(
      trx,
      decisions.map(({ id, match }) => ({ id, match, categoryId: match.categoryId })),
    );
    const results = await assignCategories(
      trx,
      wanted.map(({ id, match }) => ({
        transactionId: id,
        decision: decidedByCategorizer(match),
      })),
    );
    return [...new Set(results.map(({ accountId }) => accountId))];
  });
}
