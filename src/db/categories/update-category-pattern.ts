import { raw } from 'objection';
import type { Actor } from '../../domain/actor.ts';
import { normalizeText } from '../../domain/normalize-text.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Database } from '../connection/database.ts';
import { CategoryPattern } from '../models/category-pattern.ts';
import { rethrowBadPattern } from './bad-pattern.ts';
import { checkPatternSetSize } from './check-pattern-set-size.ts';
import { type CategoryPatternRow, findCategoryPattern } from './list-category-patterns.ts';

/**
 * Changes the columns that are given. Null when there is no such pattern. Throws ApiError like
 * createCategoryPattern.
 */
export async function updateCategoryPattern(
  database: Database,
  actor: Actor,
  id: number,
  change: Partial<Pick<CategoryPattern, 'categoryId' | 'pattern' | 'priority' | 'matchMode'>>,
): Promise<CategoryPatternRow | null> {
  const { pattern } = change;
  return database.transaction(async (trx) => {
    // Locked, so that the audit log says what this changes.
    await CategoryPattern.query(trx).findById(id).forUpdate();
    const before = await findCategoryPattern(trx, id);
    if (before === null) return null;
    await CategoryPattern.query(trx)
      .findById(id)
      .patch({
        ...change,
        ...(pattern !== undefined && { normalizedPattern: normalizeText(pattern) }),
        updatedAt: raw('now()'),
      })
      .catch(rethrowBadPattern);
    if (pattern !== undefined) await checkPatternSetSize(trx);
    const after = await findCategoryPattern(trx, id);
    await recordChange(trx, actor, {
      action: 'update',
      resource: 'category-patterns',
      resourceId: id,
      before,
      after,
    });
    return after;
  });
}
