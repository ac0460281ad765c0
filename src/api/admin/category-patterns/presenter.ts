import type { CategoryPatternRow } from '../../../db/categories/list-category-patterns.ts';
import type { CategoryPatternBody } from './schema.ts';

export function presentCategoryPattern(pattern: CategoryPatternRow): CategoryPatternBody {
  return {
    id: pattern.id,
    category_id: pattern.categoryId,
    category: pattern.category,
    pattern: pattern.pattern,
    priority: pattern.priority,
    match_mode: pattern.matchMode,
    created_at: pattern.createdAt.toISOString(),
    updated_at: pattern.updatedAt.toISOString(),
  };
}
