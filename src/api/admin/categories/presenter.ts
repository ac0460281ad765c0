import type { ExportedCategory } from '../../../db/export-categories.ts';
import type { CategoryRow } from '../../../db/list-categories.ts';
import type { CategoryBody, CategoryExportBody } from './schema.ts';

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

/** Patterns without a priority of their own are plain texts, as people write them. */
export function presentExport(categories: ExportedCategory[]): CategoryExportBody {
  return {
    categories: categories.map(({ name, color, patterns }) => ({
      name,
      color,
      patterns: patterns.map(({ pattern, priority }) =>
        priority === 0 ? pattern : { pattern, priority },
      ),
    })),
  };
}
