import type { CrudFilter, CrudFilters, CrudOperators, LogicalFilter } from '@refinedev/core';

type Operator = Exclude<CrudOperators, 'or' | 'and'>;

interface FilterState {
  filters: CrudFilters;
  setFilters: (filters: CrudFilters, behavior?: 'merge' | 'replace') => void;
}

/** Reads and sets single filters of a table. An empty value removes the filter. */
export function filtersOf({ filters, setFilters }: FilterState) {
  const active = filters.filter(
    ({ value }) => value !== undefined && value !== null && value !== '',
  );
  return {
    value<Value = string>(field: string, operator: Operator = 'eq'): Value | undefined {
      const found = filters.find(
        (filter): filter is LogicalFilter =>
          'field' in filter && filter.field === field && filter.operator === operator,
      );
      return found?.value as Value | undefined;
    },
    set(field: string, value: unknown, operator: Operator = 'eq'): void {
      setFilters([{ field, operator, value: value === '' ? undefined : value }]);
    },
    setAll: (changed: CrudFilters) => setFilters(changed),
    /** Removes every filter except the search text. */
    clear: () => setFilters(active.filter(isSearch), 'replace'),
    isFiltered: active.length > 0,
    /** Does not count the search text. */
    activeCount: active.filter((filter) => !isSearch(filter)).length,
  };
}

const isSearch = (filter: CrudFilter): boolean =>
  'field' in filter && (filter.field === 'q' || filter.operator === 'contains');
