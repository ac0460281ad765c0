import { useList } from '@refinedev/core';
import type { CategoryBody } from '../../api/admin/categories/schema.ts';
import { maxPageSize } from '../../domain/limits.ts';

/** They change seldom, and whoever changes one here gets them anew. */
const freshMs = 60_000;

/** The categories by name, for lists of choice and for their colours; the first 500 of them. */
export function useCategories() {
  const { result, query } = useList<CategoryBody>({
    resource: 'categories',
    pagination: { pageSize: maxPageSize },
    sorters: [{ field: 'name', order: 'asc' }],
    queryOptions: { staleTime: freshMs },
  });
  const categories = result.data ?? [];
  const colorOf = (id: number | null): string | undefined =>
    categories.find((category) => category.id === id)?.color;
  return { categories, colorOf, isLoading: query.isLoading };
}
