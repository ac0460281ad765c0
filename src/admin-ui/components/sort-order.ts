import type { CrudSort } from '@refinedev/core';
import type { SortOrder } from 'antd/es/table/interface';

/** How a column is sorted, in Ant Design's words. */
export function sortOrderOf(field: string, sorters: CrudSort[]): SortOrder {
  const order = sorters.find((sorter) => sorter.field === field)?.order;
  return order === undefined ? null : order === 'asc' ? 'ascend' : 'descend';
}
