import { type HttpError, useCustom } from '@refinedev/core';
import { useState } from 'react';
import type { OverviewAnswer } from '../../../api/admin/accounts/schema.ts';
import type { Period } from './use-period.ts';

/** The report of an account over a period. The last report stays until the next one arrives. */
export function useOverview(id: string, { start, end }: Period) {
  /** The period that the user has asked to recalculate. */
  const [recalculated, setRecalculated] = useState<string | null>(null);
  const name = `${start} ${end}`;
  const { result, query } = useCustom<OverviewAnswer, HttpError>({
    url: `accounts/${encodeURIComponent(id)}/overview`,
    method: 'get',
    config: {
      query: { start_date: start, end_date: end, ...(recalculated === name && { refresh: true }) },
    },
    errorNotification: false,
    queryOptions: { placeholderData: (previous) => previous },
  });
  return {
    overview: query.data === undefined ? undefined : result.data,
    error: query.error,
    isFetching: query.isFetching,
    retry: () => void query.refetch(),
    recalculate: () => (recalculated === name ? void query.refetch() : setRecalculated(name)),
  };
}
