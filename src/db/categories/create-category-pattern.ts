import type { Actor } from '../../domain/actor.ts';
import { normalizeText } from '../../domain/normalize-text.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Database } from '../connection/database.ts';
import { CategoryPattern } from '../models/category-pattern.ts';
import { rethrowBadPattern } from './bad-pattern.ts';
import { checkPatternSetSize } from './check-pattern-set-size.ts';
import { type CategoryPatternRow, findCategoryPattern } from './list-category-patterns.ts';

/** Throws ApiError for a pattern that exists, for a category that does not, and when there are too many patterns. */
export async function createCategoryPattern(
  database: Database,
  actor: Actor,
  given: Pick<CategoryPattern, 'categoryId' | 'pattern' | 'priority' | 'matchMode'>,
): Promise<CategoryPatternRow> {
  return database.transaction(async (trx) => {
    const { id } = await CategoryPattern.query(trx)
      .insert({ ...given, normalizedPattern: normalizeText(given.pattern) })
      .returning('id')
      .catch(rethrowBadPattern);
    await checkPatternSetSize(trx);
    const after = (await findCategoryPattern(trx, id)) as CategoryPatternRow;
    await recordChange(trx, actor, {
      action: 'create',
      resource: 'category-patterns',
      resourceId: id,
      after,
    });
    return after;
  });
}
