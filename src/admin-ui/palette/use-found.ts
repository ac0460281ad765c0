import { useCustom, useList } from '@refinedev/core';

import type { AccountBody } from '../../api/admin/accounts/schema.ts';
import type { AdminBatchBody } from '../../api/admin/batches/schema.ts';
import type { AdminTransactionBody } from '../../api/admin/transactions/schema.ts';
import { useDebounced } from '../hooks/use-debounced.ts';

/** Waits for the last key, so that fast typing sends one request. */
const pauseMs = 150;
const shownAccounts = 5;

const isBatchId = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
const isTransactionId = (text: string): boolean => /^\d{1,15}$/.test(text);

/** Finds accounts whose id starts with the text, and the batch or transaction with this id. */
export function useFound(text: string) {
  const wanted = useDebounced(text.trim(), pauseMs);
  const accounts = useCustom<AccountBody[]>({
    url: 'accounts',
    method: 'get',
    config: { query: { q: wanted, limit: shownAccounts } },
    errorNotification: false,
    queryOptions: { enabled: wanted !== '' },
  });
  const byId = (isId: boolean) => ({
    filters: [{ field: 'id', operator: 'eq' as const, value: wanted }],
    pagination: { pageSize: 1 },
    errorNotification: false as const,
    queryOptions: { enabled: isId },
  });
  const batches = useList<AdminBatchBody>({ resource: 'batches', ...byId(isBatchId(wanted)) });
  const transactions = useList<AdminTransactionBody>({
    resource: 'transactions',
    ...byId(isTransactionId(wanted)),
  });
  return {
    accounts: wanted === '' ? [] : (accounts.query.data?.data ?? []),
    batches: isBatchId(wanted) ? (batches.result.data ?? []) : [],
    transactions: isTransactionId(wanted) ? (transactions.result.data ?? []) : [],
    isLoading:
      wanted !== text.trim() ||
      accounts.query.isFetching ||
      batches.query.isFetching ||
      transactions.query.isFetching,
  };
}
