import type { CrudSort } from '@refinedev/core';
import type { ColumnType, SortOrder } from 'antd/es/table/interface';

/**
 * The properties of a table's column that the API sorts by a field of the same name. With
 * `{ multiple: 1 }` a list is sorted by several such columns.
 */
export function sortable(
  field: string,
  sorters: CrudSort[],
  sorter: true | { multiple: number } = true,
) {
  const order = sorters.find((one) => one.field === field)?.order;
  const sortOrder: SortOrder = order === undefined ? null : order === 'asc' ? 'ascend' : 'descend';
  return { dataIndex: field, sorter, sortOrder } satisfies ColumnType;
}
