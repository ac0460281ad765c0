import type { CrudFilter, CrudFilters, CrudSort, Pagination } from '@refinedev/core';

const suffixes: Partial<Record<CrudFilter['operator'], string>> = {
  eq: '',
  in: '',
  ne: '_ne',
  nin: '_ne',
  gte: '_gte',
  lte: '_lte',
  contains: '_like',
};

interface ListState {
  pagination?: Pagination;
  filters?: CrudFilters;
  sorters?: CrudSort[];
}

/** The query of a list as the API takes it (src/api/admin/list-query.ts). */
export function listQuery({ pagination, filters, sorters }: ListState): URLSearchParams {
  const query = filterQuery(filters);
  if (pagination?.mode !== 'off') {
    const { currentPage = 1, pageSize = 25 } = pagination ?? {};
    query.set('_start', String((currentPage - 1) * pageSize));
    query.set('_end', String(currentPage * pageSize));
  }
  if (sorters !== undefined && sorters.length > 0) {
    query.set('_sort', sorters.map(({ field }) => field).join(','));
    query.set('_order', sorters.map(({ order }) => order).join(','));
  }
  return query;
}

/** The filters alone. Throws an Error for an operator that the API lacks. */
export function filterQuery(filters: CrudFilters = []): URLSearchParams {
  const query = new URLSearchParams();
  for (const filter of filters) {
    const suffix = suffixes[filter.operator];
    if (suffix === undefined || !('field' in filter))
      throw new Error(`The API has no filter "${filter.operator}".`);
    for (const value of [filter.value].flat()) {
      if (value !== undefined && value !== null && value !== '')
        query.append(`${filter.field}${suffix}`, String(value));
    }
  }
  return query;
}
