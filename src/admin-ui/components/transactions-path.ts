import type { CrudFilter, CrudFilters } from '@refinedev/core';
import { listPath } from './lists/list-path.ts';

/** The smallest amount there is, for "less than zero" and "more than zero". */
const smallestAmount = '0.0001';

export const isSpend: CrudFilter = {
  field: 'amount',
  operator: 'lte',
  value: `-${smallestAmount}`,
};
export const isIncome: CrudFilter = { field: 'amount', operator: 'gte', value: smallestAmount };

export const isUncategorized: CrudFilter = { field: 'uncategorized', operator: 'eq', value: true };

export const isCategory = (id: number | null): CrudFilter =>
  id === null ? isUncategorized : { field: 'category_id', operator: 'eq', value: id };

export const isStatus = (status: string): CrudFilter => ({
  field: 'status',
  operator: 'eq',
  value: status,
});

interface Transactions {
  accountId?: string;
  batchId?: string;
  currency?: string;
  /** Both days inclusive. */
  period?: { start: string; end: string };
}

/** The address of the list with the transactions that a number was made of. */
export const transactionsPath = (
  { accountId, batchId, currency, period }: Transactions,
  more: CrudFilters = [],
): string =>
  listPath('/transactions', [
    { field: 'account_id', operator: 'eq', value: accountId },
    { field: 'batch_id', operator: 'eq', value: batchId },
    { field: 'currency', operator: 'eq', value: currency },
    { field: 'date', operator: 'gte', value: period?.start },
    { field: 'date', operator: 'lte', value: period?.end },
    ...more,
  ]);
