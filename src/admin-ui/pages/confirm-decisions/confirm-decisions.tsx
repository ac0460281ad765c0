import { useCustom } from '@refinedev/core';
import { Flex, Progress, Typography } from 'antd';
import type {
  SampledDecisionBody,
  WeeklySampleBody,
} from '../../../api/admin/learning/sample-schema.ts';
import { KeyList } from '../../components/key-list.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../components/states.tsx';
import { formatCount } from '../../format/format-count.ts';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';
import { SampledDecision } from './sampled-decision.tsx';
import { useAnswers } from './use-answers.ts';

/** Automatic decisions drawn at random, for people to say whether they are right. */
export function ConfirmDecisions() {
  const { result, query } = useCustom<WeeklySampleBody>({
    url: 'learning/sample',
    method: 'get',
    errorNotification: false,
  });
  const sample = query.data === undefined ? undefined : result.data;
  return (
    <Page
      title="Confirm decisions"
      subtitle="Automatic decisions of this week, drawn at random. Your answers show how often they are right."
    >
      {query.error !== null ? (
        <ErrorState detail={query.error.message} onRetry={() => void query.refetch()} />
      ) : sample === undefined ? (
        <LoadingState rows={10} />
      ) : sample.rows.length === 0 ? (
        <EmptyState
          title="No decisions to confirm"
          detail="They are drawn from transactions that were categorized automatically."
        />
      ) : (
        <Sample sample={sample} />
      )}
    </Page>
  );
}

const keys: [string[], string][] = [
  [['↑', '↓'], 'move'],
  [['Enter'], 'confirm'],
  [['c'], 'choose another category'],
];

function Sample({ sample: { rows } }: { sample: WeeklySampleBody }) {
  const mayChange = useIsAllowed('edit', 'transactions');
  const { answers, choosing, actions, rowProps } = useAnswers(rows, mayChange);
  const isAnswered = ({ transaction, is_answered }: SampledDecisionBody): boolean =>
    is_answered || answers.has(transaction.id);
  const answeredCount = rows.filter(isAnswered).length;
  return (
    <Flex vertical gap={12}>
      <div style={{ maxWidth: 420 }}>
        <Typography.Text aria-live="polite">
          {formatCount(answeredCount)} of {formatCount(rows.length)} answered
        </Typography.Text>
        <Progress
          aria-label="Answered"
          percent={(answeredCount / rows.length) * 100}
          showInfo={false}
          size="small"
        />
      </div>
      {mayChange && <KeyList keys={keys} />}
      <Flex vertical gap={8} component="ul" className="plain-list">
        {rows.map((row) => (
          <li key={row.transaction.id} {...rowProps(row.transaction.id)}>
            <SampledDecision
              row={row}
              answer={answers.get(row.transaction.id)}
              isAnswered={isAnswered(row)}
              isChoosing={choosing === row.transaction.id}
              actions={mayChange ? actions : null}
            />
          </li>
        ))}
      </Flex>
    </Flex>
  );
}
