import type { Actor } from '../../domain/actor.ts';
import type { MatchMode } from '../../domain/pattern-set.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Database, Transaction } from '../connection/database.ts';
import { checkPatternSetSize } from './check-pattern-set-size.ts';

export interface ImportedCategory {
  name: string;
  normalizedName: string;
  /** `#rrggbb`, lower case. */
  color: string;
}

export interface ImportedPattern {
  /** The category, which is part of the same import. */
  normalizedCategoryName: string;
  pattern: string;
  normalizedPattern: string;
  priority: number;
  matchMode: MatchMode;
}

export interface ImportPlan {
  newCategories: ImportedCategory[];
  newPatterns: ImportedPattern[];
  /** The categories of the patterns that exist already, by the patterns' normalised texts. */
  known: ReadonlyMap<string, { category: string; normalizedCategoryName: string }>;
}

/**
 * Finds the categories and patterns that do not exist yet, by their normalised texts, each of which must come
 * once. Takes two statements, whatever the size.
 */
export async function planImport(
  database: Database,
  categories: readonly ImportedCategory[],
  patterns: readonly ImportedPattern[],
): Promise<ImportPlan> {
  const ids = await findCategoryIds(database, categories);
  const known = await findPatterns(database, patterns);
  return {
    newCategories: categories.filter(({ normalizedName }) => !ids.has(normalizedName)),
    newPatterns: patterns.filter(({ normalizedPattern }) => !known.has(normalizedPattern)),
    known,
  };
}

/** The audit log keeps so many names of an import; its counts are of all. */
const maxLoggedEntries = 100;

export interface CategoryImport {
  categories: readonly ImportedCategory[];
  patterns: readonly ImportedPattern[];
  /** Categories and patterns before repeated ones were left out. */
  givenCount: number;
}

/** Creates what is missing, and changes nothing else. Takes a handful of statements, whatever the size. */
export async function importCategories(
  database: Database,
  actor: Actor,
  { categories, patterns, givenCount }: CategoryImport,
): Promise<ImportPlan> {
  return database.transaction(async (trx) => {
    // Everyone else who changes categories or patterns waits until the end, so that what is missing stays
    // missing until it is created. Reading and processing go on.
    await trx.raw('LOCK TABLE categories, category_patterns IN SHARE ROW EXCLUSIVE MODE');
    const plan = await planImport(trx, categories, patterns);
    const { newCategories, newPatterns } = plan;
    await insertCategories(trx, newCategories);
    await insertPatterns(trx, newPatterns, await findCategoryIds(trx, categories));
    await checkPatternSetSize(trx);
    const names = new Map(categories.map(({ normalizedName, name }) => [normalizedName, name]));
    await recordChange(trx, actor, {
      action: 'import',
      resource: 'categories',
      resourceId: null,
      after: {
        categoriesCreated: newCategories.length,
        patternsCreated: newPatterns.length,
        unchanged: givenCount - newCategories.length - newPatterns.length,
        categories: newCategories.slice(0, maxLoggedEntries).map(({ name }) => name),
        patterns: newPatterns
          .slice(0, maxLoggedEntries)
          .map(({ normalizedCategoryName, pattern }) => ({
            category: names.get(normalizedCategoryName),
            pattern,
          })),
      },
    });
    return plan;
  });
}

interface IdOfName {
  id: number;
  /** Normalised. */
  name: string;
}

async function findCategoryIds(
  database: Database,
  categories: readonly ImportedCategory[],
): Promise<Map<string, number>> {
  const rows = await database('categories')
    .whereRaw('normalized_name = ANY (?)', [categories.map((category) => category.normalizedName)])
    .select<IdOfName[]>({ id: 'id', name: 'normalized_name' });
  return new Map(rows.map(({ id, name }) => [name, id]));
}

async function insertCategories(
  trx: Transaction,
  categories: readonly ImportedCategory[],
): Promise<void> {
  if (categories.length === 0) return;
  await trx.raw(
    `INSERT INTO categories (name, normalized_name, color)
       SELECT * FROM unnest(?::text[], ?::text[], ?::text[])`,
    [
      categories.map((category) => category.name),
      categories.map((category) => category.normalizedName),
      categories.map((category) => category.color),
    ],
  );
}

interface KnownPattern {
  /** Normalised. */
  pattern: string;
  category: string;
  normalizedCategoryName: string;
}

async function findPatterns(
  database: Database,
  patterns: readonly ImportedPattern[],
): Promise<Map<string, KnownPattern>> {
  const rows = await database('category_patterns as p')
    .join('categories as c', 'c.id', 'p.category_id')
    .whereRaw('p.normalized_pattern = ANY (?)', [
      patterns.map((pattern) => pattern.normalizedPattern),
    ])
    .select<KnownPattern[]>({
      pattern: 'p.normalized_pattern',
      category: 'c.name',
      normalizedCategoryName: 'c.normalized_name',
    });
  return new Map(rows.map((row) => [row.pattern, row]));
}

async function insertPatterns(
  trx: Transaction,
  patterns: readonly ImportedPattern[],
  categoryIds: ReadonlyMap<string, number>,
): Promise<void> {
  // Even an INSERT without rows would raise the version of the pattern set, and make every matcher recompile.
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
