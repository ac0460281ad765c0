import type { ExportedCategory } from '../../../db/categories/export-categories.ts';
import type { CategoryRow } from '../../../db/categories/list-categories.ts';
import { type CsvCell, csv } from '../csv.ts';
import { type CategoryBody, type CategoryExportBody, csvColumns } from './schema.ts';

export function presentCategory(category: CategoryRow): CategoryBody {
  return {
    id: category.id,
    name: category.name,
    color: category.color,
    pattern_count: category.patternCount,
    transaction_count: category.transactionCount,
    created_at: category.createdAt.toISOString(),
    updated_at: category.updatedAt.toISOString(),
  };
}

/** Leaves out default values. A pattern with defaults only is a plain text, as people write it. */
export function presentExport(categories: ExportedCategory[]): CategoryExportBody {
  return {
    categories: categories.map(({ name, color, patterns }) => ({
      name,
      color,
      patterns: patterns.map(({ pattern, priority, matchMode }) =>
        priority === 0 && matchMode === 'contains'
          ? pattern
          : {
              pattern,
              ...(priority !== 0 && { priority }),
              ...(matchMode !== 'contains' && { match_mode: matchMode }),
            },
      ),
    })),
  };
}

/** One line for each pattern, and one for a category without patterns. */
export function presentCsvExport(categories: ExportedCategory[]): string {
  const lines = categories.flatMap<CsvCell[]>(({ name, color, patterns }) =>
    patterns.length === 0
      ? [[name, null, null, null, color]]
      : patterns.map(({ pattern, priority, matchMode }) => [
          name,
          pattern,
          priority,
          matchMode,
          color,
        ]),
  );
  return csv([csvColumns, ...lines]);
}
