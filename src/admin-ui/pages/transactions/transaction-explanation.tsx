import { useCustom } from '@refinedev/core';
import { Flex, Typography } from 'antd';
import type { TransactionExplanationBody } from '../../../api/admin/transactions/explanation-schema.ts';
import type { AdminTransactionBody } from '../../../api/admin/transactions/schema.ts';
import { DateTime } from '../../components/date-time.tsx';
import { sourceText } from '../../components/decision.tsx';
import { DecisionExplanation } from '../../components/decision-explanation.tsx';
import { MatchResult } from '../../components/match-result.tsx';
import { ErrorState, LoadingState } from '../../components/states.tsx';

/** Explains why a transaction has its category, and what the current categorizers would give it. */
export function TransactionExplanation({ transaction }: { transaction: AdminTransactionBody }) {
  const { result, query } = useCustom<TransactionExplanationBody>({
    url: `transactions/${transaction.id}/explanation`,
    method: 'get',
    queryOptions: {
      // Asked again as soon as the category changes.
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
        {isOutdated(explanation, transaction) && (
          <Typography.Text>
            {explanation.would_be === null
              ? 'By the current categorizers, it would be uncategorized.'
              : `By the current categorizers, it would get ${explanation.would_be.category}.`}
          </Typography.Text>
        )}
        {explanation.winner !== null && explanation.category_source !== 'pattern' && (
          <Typography.Text type="secondary">By the patterns alone:</Typography.Text>
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
    if (set_by_hand === null) return 'Set by hand. Categorizers do not change it.';
    return (
      <>
        Set by {set_by_hand.by} at <DateTime value={set_by_hand.at} />. Categorizers do not change
        it.
      </>
    );
  }
  if (category_source === null)
    return transaction.ingestion_status === 'completed'
      ? 'No categorizer decided.'
      : 'Not processed yet.';
  if (stored_pattern === null)
    return (
      <>
        Decided by {sourceText(category_source, transaction.category_confidence)}.{' '}
        {explanation.is_version_gone
          ? 'What it had learned then has been deleted since.'
          : explanation.decision && <DecisionExplanation explanation={explanation.decision} />}
      </>
    );
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
      return <>Set by {name}.</>;
    case 'outranked':
      return <>Set by {name}, which another pattern outranks now.</>;
    case 'changed':
      return <>Set by {name}, which has changed since.</>;
    case 'deleted':
      return (
        <>
          Set by {name}, which{' '}
          {stored_pattern.deleted === null ? (
            'has been deleted since.'
          ) : (
            <>
              {stored_pattern.deleted.by} deleted at <DateTime value={stored_pattern.deleted.at} />.
            </>
          )}
        </>
      );
  }
}

/** Whether the current categorizers would give it another category. */
const isOutdated = (
  { would_be }: TransactionExplanationBody,
  transaction: AdminTransactionBody,
): boolean =>
  transaction.ingestion_status === 'completed' &&
  (would_be?.category_id ?? null) !== transaction.category_id;
