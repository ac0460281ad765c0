import { useCreate, useList } from '@refinedev/core';
import { Badge, Button, Card, Flex, type TableColumnsType, Typography } from 'antd';
import type { TrainingBody } from '../../../api/admin/learning/schema.ts';
import { DateTime } from '../../components/date-time.tsx';
import { PlainTable } from '../../components/lists/plain-table.tsx';
import { EmptyState, ErrorState } from '../../components/states.tsx';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';
import { done, notDone } from '../../providers/messages.ts';
import { learnedFrom } from './learned-from.ts';

/** Short enough to notice that a waiting training has started. Its end is announced. */
const refreshMs = 2_000;
const shownTrainings = 5;

/** The last trainings, and what came of them. */
export function Trainings() {
  const mayTrain = useIsAllowed('create', 'learning');
  const { result, query } = useList<TrainingBody>({
    resource: 'learning/trainings',
    pagination: { pageSize: shownTrainings },
    errorNotification: false,
    queryOptions: {
      refetchInterval: ({ state }) => (state.data?.data.some(isRunning) ? refreshMs : false),
    },
  });
  const { mutate, mutation } = useCreate<TrainingBody>();
  const trainings = result.data ?? [];

  function train(): void {
    mutate({
      resource: 'learning/trainings',
      values: {},
      successNotification: done('Training started'),
      errorNotification: notDone('Could not start the training'),
    });
  }

  return (
    <Card
      title="Trainings"
      extra={
        mayTrain && (
          <Button type="primary" loading={mutation.isPending} onClick={train}>
            Train now
          </Button>
        )
      }
      styles={{ body: { padding: 0 } }}
    >
      <Typography.Paragraph type="secondary" style={{ padding: '16px 24px 0' }}>
        Memory, patterns and the model learn from the categories that people set by hand. A new
        version goes live unless it is worse than the live one.
      </Typography.Paragraph>
      {query.error !== null && query.data === undefined ? (
        <ErrorState detail={query.error.message} onRetry={() => void query.refetch()} />
      ) : (
        <PlainTable<TrainingBody>
          label="Trainings"
          rowKey="id"
          loading={query.isLoading}
          columns={columns}
          dataSource={trainings}
          empty={
            <EmptyState
              title="No training yet"
              detail="Set categories by hand or accept suggestions, then train."
            />
          }
        />
      )}
    </Card>
  );
}

const isRunning = ({ status }: TrainingBody): boolean => status === 'running';

const looks = { running: 'processing', completed: 'success', failed: 'error' } as const;

const outcomes = {
  live: 'Live',
  worse: 'Not live: it is worse than the live version in its evaluation.',
  no_labels: 'Nothing to learn from: no category is set by hand yet.',
};

const columns: TableColumnsType<TrainingBody> = [
  {
    title: 'Requested',
    dataIndex: 'created_at',
    render: (value: string, { requested_by }) => (
      <Flex vertical>
        <DateTime value={value} />
        <Typography.Text type="secondary">by {requested_by}</Typography.Text>
      </Flex>
    ),
  },
  {
    title: 'Outcome',
    key: 'outcome',
    width: 320,
    render: (_, training) => (
      <Badge
        status={training.outcome === 'worse' ? 'warning' : looks[training.status]}
        text={outcomeText(training)}
      />
    ),
  },
  {
    title: 'Version',
    dataIndex: 'version',
    align: 'right',
    render: (version: number | null) => version ?? '–',
  },
  {
    title: 'Learned from',
    key: 'learned_from',
    render: (_, training) => learnedFrom(training) ?? '–',
  },
  {
    title: 'Finished',
    dataIndex: 'finished_at',
    render: (value: string | null) => <DateTime value={value} />,
  },
];

function outcomeText({ status, outcome, failure_reason, started_at }: TrainingBody): string {
  if (status === 'running') return started_at === null ? 'Waiting' : 'Running';
  if (status === 'failed') return failure_reason ?? 'Failed';
  return outcome === null ? 'Completed' : outcomes[outcome];
}
