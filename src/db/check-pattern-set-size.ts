import { ApiError } from '../domain/errors.ts';
import { maxCategories, maxPatterns } from '../domain/limits.ts';
import type { Transaction } from './database.ts';

/** After categories or patterns were added. Throws ApiError `conflict` where there are too many now, which takes them back. */
export async function checkPatternSetSize(trx: Transaction): Promise<void> {
  const { rows } = await trx.raw<{ rows: [{ categories: number; patterns: number }] }>(
    `SELECT (SELECT count(*) FROM categories) AS categories,
            (SELECT count(*) FROM category_patterns) AS patterns`,
  );
  const [{ categories, patterns }] = rows;
  if (categories > maxCategories)
    throw new ApiError('conflict', `There may be at most ${maxCategories} categories.`);
  if (patterns > maxPatterns)
    throw new ApiError('conflict', `There may be at most ${maxPatterns} patterns.`);
}
