import { useCustom } from '@refinedev/core';
import { Flex, Typography } from 'antd';
import type { TransactionExplanationBody } from '../../../api/admin/transactions/explanation-schema.ts';
import type { AdminTransactionBody } from '../../../api/admin/transactions/schema.ts';
import { DateTime } from '../../components/date-time.tsx';
import { MatchResult } from '../../components/match-result.tsx';
import { ErrorState, LoadingState } from '../../components/states.tsx';

/** Why a transaction has its category, and what patterns would say now. */
export function TransactionExplanation({ transaction }: { transaction: AdminTransactionBody }) {
  const { result, query } = useCustom<TransactionExplanationBody>({
    url: `transactions/${transaction.id}/explanation`,
    method: 'get',
    queryOptions: {
      // Asked anew as soon as the category is another one.
      queryKey: [
        'explanation',
        transaction.id,
        transaction.category_id,
        transaction.category_source,
      ],
    },
    errorNotification: false,
  });
  if (query.error !== null)
    return <ErrorState detail={query.error.message} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <LoadingState rows={2} />;
  const explanation = result.data;
  return (
    <section aria-label="Explanation">
      <Flex vertical gap={12}>
        <Typography.Text type="secondary">
          <Cause explanation={explanation} transaction={transaction} />
        </Typography.Text>
        {isNews(explanation, transaction) && (
          <Typography.Text>
            {explanation.would_be === null
              ? 'As patterns are now, it would get no category.'
              : `As patterns are now, it would get ${explanation.would_be.category}:`}
          </Typography.Text>
        )}
        {explanation.winner !== null && (
          <MatchResult
            result={explanation}
            texts={{
              merchant_name: transaction.merchant_name,
              description: transaction.description,
            }}
          />
        )}
      </Flex>
    </section>
  );
}

interface CauseProps {
  explanation: TransactionExplanationBody;
  transaction: AdminTransactionBody;
}

function Cause({ explanation, transaction }: CauseProps) {
  const { category_source, set_by_hand, stored_pattern } = explanation;
  if (category_source === 'manual') {
    if (set_by_hand === null) return 'Set by hand; processing keeps it.';
    return (
      <>
        Set by {set_by_hand.by}, <DateTime value={set_by_hand.at} />; processing keeps it.
      </>
    );
  }
  if (stored_pattern === null)
    return transaction.ingestion_status === 'completed'
      ? 'No pattern matched it.'
      : 'Not processed yet.';
  const name =
    stored_pattern.pattern === null ? (
      'a pattern'
    ) : (
      <>
        the pattern <Typography.Text code>{stored_pattern.pattern}</Typography.Text>
      </>
    );
  switch (stored_pattern.state) {
    case 'wins':
      return <>By {name}.</>;
    case 'outranked':
      return <>By {name}, which another one outranks now.</>;
    case 'changed':
      return <>By {name}, which was changed since.</>;
    case 'deleted':
      return (
        <>
          By {name}, which{' '}
          {stored_pattern.deleted === null ? (
            'was deleted since.'
          ) : (
            <>
              {stored_pattern.deleted.by} deleted, <DateTime value={stored_pattern.deleted.at} />.
            </>
          )}
        </>
      );
  }
}

/** Whether patterns would give another category than the one it has. */
const isNews = (
  { would_be }: TransactionExplanationBody,
  transaction: AdminTransactionBody,
): boolean =>
  transaction.ingestion_status === 'completed' &&
  (would_be?.category_id ?? null) !== transaction.category_id;
