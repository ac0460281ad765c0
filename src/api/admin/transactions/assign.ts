import { createCategorizer } from '../../../categorization/create-categorizer.ts';
import { recordChanges } from '../../../db/audit/record-change.ts';
import type { Transaction } from '../../../db/connection/database.ts';
import {
  type AssignedCategory,
  type Assignment,
  type AssignmentResult,
  assignCategories,
} from '../../../db/transactions/assign-categories.ts';
import { findCategorizable } from '../../../db/transactions/find-categorizable.ts';
import type { Actor } from '../../../domain/actor.ts';
import { ApiError, type FieldError } from '../../../domain/errors.ts';
import type { AdminDependencies } from '../admin-context.ts';

/** Changes of categories by hand: each row has its line in the audit log, and reports of the accounts are dropped. */
export function categoryAssignment({
  config,
  database,
  reports,
  currentPatterns,
}: AdminDependencies) {
  const categorizer = createCategorizer(config.CATEGORIZER, currentPatterns);

  async function assign(
    actor: Actor,
    assignments: readonly Assignment[],
    options: { onlyManual?: boolean; check?: (trx: Transaction) => Promise<void> },
  ): Promise<AssignmentResult[]> {
    const results = await database.transaction(async (trx) => {
      await options.check?.(trx);
      const changed = await assignCategories(trx, assignments, options);
      await recordChanges(
        trx,
        actor,
        changed.map(({ id, before, after }) => ({
          action: 'update',
          resource: 'transactions',
          resourceId: id,
          before: presentCategory(before),
          after: presentCategory(after),
        })),
      );
      return changed;
    });
    await reports.dropAccounts([...new Set(results.map(({ accountId }) => accountId))]);
    return results;
  }

  return {
    /** Sets the category of rows, where null means "none, by hand"; processing keeps it. */
    byHand(actor: Actor, ids: readonly number[], categoryId: number | null) {
      const assignments = ids.map((transactionId) => ({
        transactionId,
        categoryId,
        source: 'manual' as const,
        patternId: null,
        field: null,
      }));
      return assign(actor, assignments, { check: (trx) => checkCategory(trx, categoryId) });
    },

    /** Lets the patterns decide again over rows that were set by hand; those not yet processed wait for it. */
    async byPatterns(actor: Actor, ids: readonly number[]) {
      const rows = await findCategorizable(database, ids);
      const matches = await categorizer.categorize(rows);
      const assignments = rows.map(({ id, isCompleted }, index): Assignment => {
        const match = isCompleted ? (matches[index] ?? null) : null;
        return {
          transactionId: id,
          categoryId: match?.categoryId ?? null,
          source: match === null ? null : 'pattern',
          patternId: match?.patternId ?? null,
          field: match?.field ?? null,
        };
      });
      return assign(actor, assignments, { onlyManual: true });
    },
  };
}

async function checkCategory(trx: Transaction, id: number | null): Promise<void> {
  if (id === null) return;
  const category = await trx('categories').where({ id }).forKeyShare().first('id');
  if (category === undefined) throw invalidBody('/category_id', 'is not the id of a category');
}

function invalidBody(pointer: string, detail: string): ApiError {
  const errors: FieldError[] = [{ pointer, detail }];
  return new ApiError('invalid_request', 'The body is not valid.', { errors });
}

/** What a change by hand changes; the log needs no more of a transaction. */
const presentCategory = ({ categoryId, category, categorySource }: AssignedCategory) => ({
  category_id: categoryId,
  category,
  category_source: categorySource,
});
