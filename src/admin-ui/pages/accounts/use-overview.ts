import { type HttpError, useCustom } from '@refinedev/core';
import { useState } from 'react';
import type { OverviewAnswer } from '../../../api/admin/accounts/schema.ts';
import type { Period } from './use-period.ts';

/** The report of an account over a period; the one before stays until the next has come. */
export function useOverview(id: string, { start, end }: Period) {
  /** The period that was computed anew by who looks at it. */
  const [renewed, setRenewed] = useState<string | null>(null);
  const name = `${start} ${end}`;
  const { result, query } = useCustom<OverviewAnswer, HttpError>({
    url: `accounts/${encodeURIComponent(id)}/overview`,
    method: 'get',
    config: {
      query: { start_date: start, end_date: end, ...(renewed === name && { refresh: true }) },
    },
    errorNotification: false,
    queryOptions: { placeholderData: (previous) => previous },
  });
  return {
    overview: query.data === undefined ? undefined : result.data,
    error: query.error,
    isFetching: query.isFetching,
    retry: () => void query.refetch(),
    renew: () => (renewed === name ? void query.refetch() : setRenewed(name)),
  };
}
