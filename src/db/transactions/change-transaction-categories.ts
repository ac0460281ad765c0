import type { Actor } from '../../domain/actor.ts';
import { badField } from '../../domain/errors.ts';
import { recordChanges } from '../audit/record-change.ts';
import type { Database } from '../connection/database.ts';
import { Category } from '../models/category.ts';
import {
  type Assignment,
  type AssignmentOptions,
  type AssignmentResult,
  assignCategories,
} from './assign-categories.ts';

/**
 * Assigns categories to rows, each with its line in the audit log. Throws ApiError when `categoryId`, the
 * category that an editor chose for all of them, does not exist.
 */
export async function changeTransactionCategories(
  database: Database,
  actor: Actor,
  assignments: readonly Assignment[],
  { categoryId = null, ...options }: AssignmentOptions & { categoryId?: number | null },
): Promise<AssignmentResult[]> {
  return database.transaction(async (trx) => {
    if (categoryId !== null) {
      const category = await Category.query(trx).findById(categoryId).forKeyShare();
      if (category === undefined) throw badField('/category_id', 'is not the id of a category');
    }
    const changed = await assignCategories(trx, assignments, options);
    await recordChanges(
      trx,
      actor,
      changed.map(({ id, before, after }) => ({
        action: 'update',
        resource: 'transactions',
        resourceId: id,
        before,
        after,
      })),
    );
    return changed;
  });
}
