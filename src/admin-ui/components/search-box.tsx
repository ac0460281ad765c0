import type { CrudFilters } from '@refinedev/core';
import { Input } from 'antd';

/** The search of a list; kept in its address. */
export function SearchBox({
  label,
  filters,
  setFilters,
}: {
  label: string;
  filters: CrudFilters;
  setFilters: (filters: CrudFilters, behavior?: 'merge' | 'replace') => void;
}) {
  const current = filters.find((filter) => 'field' in filter && filter.field === 'q')?.value ?? '';
  return (
    <Input.Search
      key={current}
      allowClear
      aria-label={label}
      placeholder={label}
      defaultValue={current}
      onSearch={(value) => setFilters([{ field: 'q', operator: 'eq', value }], 'merge')}
      style={{ maxWidth: 360 }}
    />
  );
}
