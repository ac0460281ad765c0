import type { Database } from '../../../db/database.ts';
import {
  type ImportedCategory,
  type ImportedPattern,
  importCategories,
} from '../../../db/import-categories.ts';
import { defaultCategoryColor } from '../../../domain/category-color.ts';
import { ApiError } from '../../../domain/errors.ts';
import { normalizeText } from '../../../domain/normalize-text.ts';
import { validate } from '../../validate.ts';
import {
  type CategoryImport,
  categoryImportSchema,
  type ImportedBody,
  maxImportCategories,
  maxImportPatterns,
} from './schema.ts';

/** Reads a body of categories with their patterns, and creates what is missing. Throws ApiError. */
export async function runImport(database: Database, body: unknown): Promise<ImportedBody> {
  const { categories } = validate(categoryImportSchema, body, 'body');
  const patternCount = categories.reduce((sum, { patterns }) => sum + patterns.length, 0);
  checkLimit(categories.length, maxImportCategories, 'categories');
  checkLimit(patternCount, maxImportPatterns, 'patterns');
  const distinct = withoutRepeats(categories);
  const created = await importCategories(database, distinct.categories, distinct.patterns);
  return {
    categories_created: created.categoriesCreated,
    patterns_created: created.patternsCreated,
    unchanged:
      categories.length + patternCount - created.categoriesCreated - created.patternsCreated,
  };
}

function checkLimit(count: number, max: number, what: string): void {
  if (count <= max) return;
  throw new ApiError(
    'payload_too_large',
    `An import must have at most ${max} ${what}; this one has ${count}.`,
    { errors: [{ pointer: '/categories', detail: `must have at most ${max} ${what}` }] },
  );
}

/** Of what is the same once normalised, the first stays. */
function withoutRepeats(given: CategoryImport['categories']): {
  categories: ImportedCategory[];
  patterns: ImportedPattern[];
} {
  const categories = new Map<string, ImportedCategory>();
  const patterns = new Map<string, ImportedPattern>();
  for (const { name, color, patterns: own } of given) {
    const normalizedName = normalizeText(name);
    if (!categories.has(normalizedName)) {
      categories.set(normalizedName, {
        name,
        normalizedName,
        color: color ?? defaultCategoryColor(normalizedName),
      });
    }
    for (const { pattern, priority, matchMode } of own) {
      const normalizedPattern = normalizeText(pattern);
      if (patterns.has(normalizedPattern)) continue;
      patterns.set(normalizedPattern, {
        normalizedCategoryName: normalizedName,
        pattern,
        normalizedPattern,
        priority,
        matchMode,
      });
    }
  }
  return { categories: [...categories.values()], patterns: [...patterns.values()] };
}
