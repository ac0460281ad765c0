import { raw } from 'objection';
import type { Actor } from '../../domain/actor.ts';
import { normalizeText } from '../../domain/normalize-text.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Database } from '../connection/database.ts';
import { Category } from '../models/category.ts';
import { type CategoryRow, findCategory } from './list-categories.ts';
import { rethrowSameName } from './same-name.ts';

/** Null when there is no such category. Throws ApiError `conflict` for a name that exists. */
export async function updateCategory(
  database: Database,
  actor: Actor,
  id: number,
  change: { name?: string | undefined; color?: string | undefined },
): Promise<CategoryRow | null> {
  return database.transaction(async (trx) => {
    // Locked, so that the audit log says what this changes.
    await Category.query(trx).findById(id).forNoKeyUpdate();
    const before = await findCategory(trx, id);
    if (before === null) return null;
    await Category.query(trx)
      .findById(id)
      .patch({
        ...change,
        ...(change.name !== undefined && { normalizedName: normalizeText(change.name) }),
        updatedAt: raw('now()'),
      })
      .catch(rethrowSameName);
    const after = await findCategory(trx, id);
    await recordChange(trx, actor, {
      action: 'update',
      resource: 'categories',
      resourceId: id,
      before,
      after,
    });
    return after;
  });
}
