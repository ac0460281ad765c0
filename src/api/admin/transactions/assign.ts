import type {
  Assignment,
  AssignmentOptions,
  AssignmentResult,
} from '../../../db/transactions/assign-categories.ts';
import { changeTransactionCategories } from '../../../db/transactions/change-transaction-categories.ts';
import { findCategorizable } from '../../../db/transactions/find-categorizable.ts';
import { decidedByCategorizer, decidedByHand } from '../../../db/transactions/stored-decision.ts';
import type { Actor } from '../../../domain/actor.ts';
import type { AdminDependencies } from '../admin-context.ts';

/** Changes of categories by hand, which drop the cached reports of the rows' accounts. */
export function categoryAssignment({ database, reports, chain }: AdminDependencies) {
  async function assign(
    actor: Actor,
    assignments: readonly Assignment[],
    options: AssignmentOptions & { categoryId?: number | null },
  ): Promise<AssignmentResult[]> {
    const results = await changeTransactionCategories(database, actor, assignments, options);
    await reports.dropAccounts([...new Set(results.map(({ accountId }) => accountId))]);
    return results;
  }

  return {
    /** Sets the category of rows by hand, which processing keeps. Null means no category. */
    byHand(
      actor: Actor,
      ids: readonly number[],
      categoryId: number | null,
      options: Pick<AssignmentOptions, 'isSampled'> = {},
    ) {
      const assignments = ids.map((transactionId) => ({
        transactionId,
        decision: decidedByHand(categoryId),
      }));
      return assign(actor, assignments, { ...options, categoryId });
    },

    /** Lets the categorizers decide again on rows that were set by hand. Processing decides on rows that are not completed. */
    async byCategorizers(actor: Actor, ids: readonly number[]) {
      const rows = await findCategorizable(database, ids);
      const { matches } = await chain.decide(rows);
      const assignments = rows.map(({ id, isCompleted }, index) => ({
        transactionId: id,
        decision: decidedByCategorizer(isCompleted ? (matches[index] ?? null) : null),
      }));
      return assign(actor, assignments, { onlyManual: true });
    },
  };
}
