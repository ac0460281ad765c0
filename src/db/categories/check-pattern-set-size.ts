import { ApiError } from '../../domain/errors.ts';
import { maxCategories, maxPatternSetCharacters, maxPatterns } from '../../domain/limits.ts';
import type { Transaction } from '../connection/database.ts';

interface Counts {
  categories: number;
  patterns: number;
  /** The sum over all normalised patterns. */
  characters: number;
}

const format = (count: number): string => count.toLocaleString('en');

/**
 * Runs after categories or patterns were added or changed, in the same transaction. Throws ApiError `conflict` when
 * there are too many, which rolls the change back.
 */
export async function checkPatternSetSize(trx: Transaction): Promise<void> {
  const { rows } = await trx.raw<{ rows: [Counts] }>(
    `SELECT (SELECT count(*) FROM categories) AS categories,
            count(*) AS patterns, coalesce(sum(char_length(normalized_pattern)), 0)::bigint AS characters
       FROM category_patterns`,
  );
  const [{ categories, patterns, characters }] = rows;
  if (categories > maxCategories)
    throw new ApiError('conflict', `There may be at most ${maxCategories} categories.`);
  if (patterns > maxPatterns)
    throw new ApiError('conflict', `There may be at most ${maxPatterns} patterns.`);
  if (characters > maxPatternSetCharacters) {
    throw new ApiError(
      'conflict',
      `All patterns together may have at most ${format(maxPatternSetCharacters)} characters; this would make it ${format(characters)}. Remove or shorten some first.`,
    );
  }
}
