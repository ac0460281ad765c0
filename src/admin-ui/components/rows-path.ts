import type { CrudFilter, CrudFilters } from '@refinedev/core';
import { listPath } from './list-path.ts';

/** The smallest amount there is, for "less than zero" and "more than zero". */
const smallest = '0.0001';

export const isSpend: CrudFilter = { field: 'amount', operator: 'lte', value: `-${smallest}` };
export const isIncome: CrudFilter = { field: 'amount', operator: 'gte', value: smallest };

export const isCategory = (id: number | null): CrudFilter =>
  id === null
    ? { field: 'uncategorized', operator: 'eq', value: true }
    : { field: 'category_id', operator: 'eq', value: id };

interface Rows {
  accountId?: string;
  currency?: string;
  /** Both days inclusive. */
  period: { start: string; end: string };
}

/** The list of the transactions that a number was made of. */
export function rowsPath({ accountId, currency, period }: Rows, more: CrudFilters = []): string {
  return listPath('/transactions', [
    { field: 'account_id', operator: 'eq', value: accountId },
    { field: 'currency', operator: 'eq', value: currency },
    { field: 'date', operator: 'gte', value: period.start },
    { field: 'date', operator: 'lte', value: period.end },
    ...more,
  ]);
}

/** The address of a batch's transactions, all of them or those that one more filter lets pass. */
export function batchRowsPath(batchId: string, field?: string, value?: string): string {
  const ofBatch = { field: 'batch_id', operator: 'eq', value: batchId } as const;
  return listPath(
    '/transactions',
    field === undefined ? [ofBatch] : [ofBatch, { field, operator: 'eq', value }],
  );
}
