import {
  type ImportedCategory,
  type ImportedPattern,
  type ImportPlan,
  importCategories,
  planImport,
} from '../../../db/categories/import-categories.ts';
import type { Database } from '../../../db/connection/database.ts';
import type { Actor } from '../../../domain/actor.ts';
import { defaultCategoryColor } from '../../../domain/category-color.ts';
import { EventLoopTurns } from '../../../domain/event-loop-turns.ts';
import { normalizeText } from '../../../domain/normalize-text.ts';
import { checkImportLimits } from './check-import-limits.ts';
import { readCsvImport } from './read-csv-import.ts';
import { readJsonImport } from './read-json-import.ts';
import {
  type CategoryImport,
  type ImportedBody,
  type ImportPreviewBody,
  maxPreviewEntries,
} from './schema.ts';

type GivenCategories = CategoryImport['categories'];

/** Reads the categories of a file. Throws ApiError. */
export async function readImport(text: string, isCsv: boolean): Promise<GivenCategories> {
  if (!isCsv) return readJsonImport(text);
  const categories = await readCsvImport(text);
  checkImportLimits(categories.length, countPatterns(categories));
  return categories;
}

/** Creates what is missing. */
export async function runImport(
  database: Database,
  actor: Actor,
  given: GivenCategories,
): Promise<ImportedBody> {
  const { categories, patterns } = await withoutRepeats(given);
  const givenCount = given.length + countPatterns(given);
  return presentCounts(
    given,
    await importCategories(database, actor, { categories, patterns, givenCount }),
  );
}

/** Describes what an import would change, without changing it. */
export async function previewImport(
  database: Database,
  given: GivenCategories,
): Promise<ImportPreviewBody> {
  const { categories, patterns } = await withoutRepeats(given);
  const plan = await planImport(database, categories, patterns);
  return {
    ...presentCounts(given, plan),
    categories: plan.newCategories.slice(0, maxPreviewEntries).map(({ name }) => name),
    patterns: presentOutcomes(given, plan),
  };
}

function presentCounts(
  given: GivenCategories,
  { newCategories, newPatterns }: ImportPlan,
): ImportedBody {
  return {
    categories_created: newCategories.length,
    patterns_created: newPatterns.length,
    unchanged: given.length + countPatterns(given) - newCategories.length - newPatterns.length,
  };
}

/** The outcome for each pattern, in the order of the file. A pattern that comes earlier in the file counts as existing. */
function presentOutcomes(given: GivenCategories, { known }: ImportPlan) {
  const outcomes: ImportPreviewBody['patterns'] = [];
  const places = new Map(known);
  for (const { name, patterns } of given) {
    const normalizedCategoryName = normalizeText(name);
    for (const { pattern } of patterns) {
      if (outcomes.length === maxPreviewEntries) return outcomes;
      const normalizedPattern = normalizeText(pattern);
      const place = places.get(normalizedPattern);
      if (place === undefined)
        places.set(normalizedPattern, { category: name, normalizedCategoryName });
      outcomes.push({
        category: name,
        pattern,
        outcome:
          place === undefined
            ? 'create'
            : place.normalizedCategoryName === normalizedCategoryName
              ? 'exists'
              : 'exists_elsewhere',
        in_category: place?.category ?? null,
      });
    }
  }
  return outcomes;
}

const countPatterns = (given: GivenCategories): number =>
  given.reduce((sum, { patterns }) => sum + patterns.length, 0);

/** Keeps the first of several entries whose normalised texts are equal. */
async function withoutRepeats(given: GivenCategories): Promise<{
  categories: ImportedCategory[];
  patterns: ImportedPattern[];
}> {
  const turns = new EventLoopTurns();
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
      if (turns.isOver) await turns.next();
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
