import type { Actor } from '../../domain/actor.ts';
import { defaultCategoryColor } from '../../domain/category-color.ts';
import { normalizeText } from '../../domain/normalize-text.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Database } from '../connection/database.ts';
import { Category } from '../models/category.ts';
import { checkPatternSetSize } from './check-pattern-set-size.ts';
import type { CategoryRow } from './list-categories.ts';
import { rethrowSameName } from './same-name.ts';

/** Throws ApiError `conflict` for a name that exists, or when there are too many categories. */
export async function createCategory(
  database: Database,
  actor: Actor,
  { name, color }: { name: string; color?: string | undefined },
): Promise<CategoryRow> {
  const normalizedName = normalizeText(name);
  return database.transaction(async (trx) => {
    const { id, createdAt, updatedAt, ...stored } = await Category.query(trx)
      .insert({ name, normalizedName, color: color ?? defaultCategoryColor(normalizedName) })
      .returning('*')
      .catch(rethrowSameName);
    await checkPatternSetSize(trx);
    // Nothing refers to a new category yet.
    const after = {
      id,
      name: stored.name,
      color: stored.color,
      createdAt,
      updatedAt,
      patternCount: 0,
      transactionCount: 0,
    };
    await recordChange(trx, actor, {
      action: 'create',
      resource: 'categories',
      resourceId: id,
      after,
    });
    return after;
  });
}
