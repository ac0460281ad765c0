import { useCustom, useList } from '@refinedev/core';
import { useEffect, useState } from 'react';
import type { AccountBody } from '../../api/admin/accounts/schema.ts';
import type { AdminBatchBody } from '../../api/admin/batches/schema.ts';
import type { AdminTransactionBody } from '../../api/admin/transactions/schema.ts';

/** After the last key. */
const pauseMs = 150;
const shownAccounts = 5;

const isBatchId = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
const isTransactionId = (text: string): boolean => /^\d{1,15}$/.test(text);

/** What the API finds for a text: accounts that begin with it, the batch or the transaction of this id. */
export function useFound(text: string) {
  const wanted = useSettled(text.trim());
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

/** The text once it has not changed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pauseMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
