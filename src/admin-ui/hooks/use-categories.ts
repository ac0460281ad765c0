import { useList } from '@refinedev/core';
import type { CategoryBody } from '../../api/admin/categories/schema.ts';
import { maxPageSize } from '../../domain/limits.ts';

/** Categories change rarely, and a change made here fetches them again. */
const freshMs = 60_000;

/** The first 500 categories by name, for selects and for their colours. */
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
