import type { MatchMode } from '../domain/pattern-set.ts';
import type { Database, Transaction } from './database.ts';

export interface ImportedCategory {
  name: string;
  normalizedName: string;
  /** `#rrggbb`, lower case. */
  color: string;
}

export interface ImportedPattern {
  /** Of a category that is imported along. */
  normalizedCategoryName: string;
  pattern: string;
  normalizedPattern: string;
  priority: number;
  matchMode: MatchMode;
}

export interface CreatedCounts {
  categoriesCreated: number;
  patternsCreated: number;
}

/**
 * Creates those categories and patterns that are missing by their normalised text, and changes
 * nothing else. Each normalised text must come once. A handful of statements, whatever the size.
 */
export async function importCategories(
  database: Database,
  categories: readonly ImportedCategory[],
  patterns: readonly ImportedPattern[],
): Promise<CreatedCounts> {
  return database.transaction(async (trx) => {
    // Whoever else wants to change categories or patterns waits until the end, so that what is
    // found missing stays missing, and what is found stays. Reading and processing go on.
    await trx.raw('LOCK TABLE categories, category_patterns IN SHARE ROW EXCLUSIVE MODE');

    const ids = await findCategoryIds(trx, categories);
    const newCategories = categories.filter(({ normalizedName }) => !ids.has(normalizedName));
    for (const { id, name } of await insertCategories(trx, newCategories)) ids.set(name, id);

    const known = await findPatterns(trx, patterns);
    const newPatterns = patterns.filter(({ normalizedPattern }) => !known.has(normalizedPattern));
    await insertPatterns(trx, newPatterns, ids);
    return { categoriesCreated: newCategories.length, patternsCreated: newPatterns.length };
  });
}

interface IdOfName {
  id: number;
  /** Normalised. */
  name: string;
}

async function findCategoryIds(
  trx: Transaction,
  categories: readonly ImportedCategory[],
): Promise<Map<string, number>> {
  const rows = await trx('categories')
    .whereRaw('normalized_name = ANY (?)', [categories.map((category) => category.normalizedName)])
    .select<IdOfName[]>({ id: 'id', name: 'normalized_name' });
  return new Map(rows.map(({ id, name }) => [name, id]));
}

async function insertCategories(
  trx: Transaction,
  categories: readonly ImportedCategory[],
): Promise<IdOfName[]> {
  if (categories.length === 0) return [];
  const result = await trx.raw<{ rows: IdOfName[] }>(
    `INSERT INTO categories (name, normalized_name, color)
       SELECT * FROM unnest(?::text[], ?::text[], ?::text[])
       RETURNING id, normalized_name AS name`,
    [
      categories.map((category) => category.name),
      categories.map((category) => category.normalizedName),
      categories.map((category) => category.color),
    ],
  );
  return result.rows;
}

async function findPatterns(
  trx: Transaction,
  patterns: readonly ImportedPattern[],
): Promise<Set<string>> {
  const rows = await trx('category_patterns')
    .whereRaw('normalized_pattern = ANY (?)', [
      patterns.map((pattern) => pattern.normalizedPattern),
    ])
    .select<{ pattern: string }[]>({ pattern: 'normalized_pattern' });
  return new Set(rows.map(({ pattern }) => pattern));
}

async function insertPatterns(
  trx: Transaction,
  patterns: readonly ImportedPattern[],
  categoryIds: ReadonlyMap<string, number>,
): Promise<void> {
  // Even an insert of nothing would count up the version of the pattern set, and recompile every matcher.
  if (patterns.length === 0) return;
  await trx.raw(
    `INSERT INTO category_patterns (category_id, pattern, normalized_pattern, priority, match_mode)
       SELECT * FROM unnest(?::integer[], ?::text[], ?::text[], ?::integer[], ?::text[])`,
    [
      patterns.map((pattern) => categoryIds.get(pattern.normalizedCategoryName) as number),
      patterns.map((pattern) => pattern.pattern),
      patterns.map((pattern) => pattern.normalizedPattern),
      patterns.map((pattern) => pattern.priority),
      patterns.map((pattern) => pattern.matchMode),
    ],
  );
}
