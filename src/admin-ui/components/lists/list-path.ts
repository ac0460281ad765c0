import type { CrudFilters } from '@refinedev/core';

/** The address of a list with filters, as Refine's tables read it. */
export function listPath(path: string, filters: CrudFilters): string {
  const query = new URLSearchParams();
  const given = filters.filter(({ value }) => value !== undefined && value !== null);
  given.forEach((filter, index) => {
    if (!('field' in filter)) return;
    query.set(`filters[${index}][field]`, filter.field);
    query.set(`filters[${index}][operator]`, filter.operator);
    query.set(`filters[${index}][value]`, String(filter.value));
  });
  return `${path}?${query}`;
}
