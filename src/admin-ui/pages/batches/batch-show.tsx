import { ExportOutlined, RedoOutlined, UnorderedListOutlined } from '@ant-design/icons';
import { type CrudFilters, useCustomMutation, useOne } from '@refinedev/core';
import { Alert, Button, Card, Descriptions, Flex } from 'antd';
import { Link, useParams } from 'react-router';
import type {
  AdminBatchBody,
  AdminBatchWithConflictsBody,
} from '../../../api/admin/batches/schema.ts';
import { isFinal } from '../../../domain/status.ts';
import { CopyText } from '../../components/copy-text.tsx';
import { DateTime } from '../../components/date-time.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { Page } from '../../components/page.tsx';
import { ErrorState, LoadingState } from '../../components/states.tsx';
import { StatusTag } from '../../components/status-tag.tsx';
import { isStatus, isUncategorized, transactionsPath } from '../../components/transactions-path.ts';
import { formatCount } from '../../format/format-count.ts';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';
import { done, notDone } from '../../providers/messages.ts';
import { BatchProgress } from './batch-progress.tsx';
import { batchTimings } from './batch-timings.ts';
import { ConflictRows } from './conflict-rows.tsx';
import { FailedRows } from './failed-rows.tsx';
import { isStored } from './is-stored.ts';

/** Short enough to watch the progress. */
const refreshMs = 1_000;

export function BatchShow() {
  const { id = '' } = useParams();
  const mayRetry = useIsAllowed('edit', 'batches');
  const { result: batch, query } = useOne<AdminBatchWithConflictsBody>({
    resource: 'batches',
    id,
    errorNotification: false,
    queryOptions: {
      refetchInterval: ({ state }) =>
        state.data !== undefined && isFinal(state.data.data.status) ? false : refreshMs,
    },
  });
  if (query.error !== null && batch === undefined)
    return <ErrorState detail={query.error.message} onRetry={() => void query.refetch()} />;
  if (batch === undefined) return <LoadingState />;

  return (
    <Page
      title="Batch"
      subtitle={<DateTime value={batch.created_at} />}
      extra={
        <>
          {isStored(batch) && (
            <LinkButton
              to={transactionsPath({ batchId: batch.id })}
              icon={<UnorderedListOutlined />}
            >
              View transactions
            </LinkButton>
          )}
          {batch.uncategorized_count > 0 && (
            <LinkButton to={transactionsPath({ batchId: batch.id }, [isUncategorized])}>
              View uncategorized transactions
            </LinkButton>
          )}
          {batch.status === 'failed' && mayRetry && (
            <Retry batch={batch} onRetried={() => void query.refetch()} />
          )}
          {batch.workflow !== null && (
            <Button
              href={batch.workflow.url}
              target="_blank"
              rel="noreferrer"
              icon={<ExportOutlined />}
            >
              Open in Temporal
            </Button>
          )}
        </>
      }
    >
      <Flex vertical gap={16}>
        {batch.failure_reason !== null && (
          <Alert
            type="error"
            showIcon
            message={isStored(batch) ? 'Processing failed' : 'This batch could not be stored'}
            description={batch.failure_reason}
          />
        )}
        <Card>
          <Flex vertical gap={12} aria-live="polite">
            <StatusTag status={batch.status} />
            {isStored(batch) && <BatchProgress batch={batch} />}
          </Flex>
        </Card>
        <Card>
          <Descriptions column={{ xs: 1, md: 2 }} items={facts(batch)} />
        </Card>
        {batch.processing_status.failed > 0 && <FailedRows batch={batch} />}
        {batch.conflict_count > 0 && <ConflictRows batch={batch} />}
      </Flex>
    </Page>
  );
}

function Retry({ batch, onRetried }: { batch: AdminBatchBody; onRetried: () => void }) {
  const { mutate, mutation } = useCustomMutation();
  return (
    <Button
      type="primary"
      icon={<RedoOutlined />}
      loading={mutation.isPending}
      onClick={() =>
        mutate(
          {
            url: `batches/${batch.id}/retry`,
            method: 'post',
            values: {},
            successNotification: done(
              isStored(batch) ? 'Processing started again' : 'The batch will be stored in a moment',
            ),
            errorNotification: notDone('Could not retry the batch'),
          },
          { onSuccess: onRetried },
        )
      }
    >
      Retry
    </Button>
  );
}

function facts(batch: AdminBatchBody) {
  return [...(isStored(batch) ? figures(batch) : []), ...ids(batch)];
}

function figures(batch: AdminBatchBody) {
  const timings = batchTimings(batch);
  const count = (label: string, value: number) => ({
    key: label,
    label,
    children: formatCount(value),
  });
  const linkedCount = (label: string, value: number, filters: CrudFilters = []) => ({
    key: label,
    label,
    children: (
      <Link to={transactionsPath({ batchId: batch.id }, filters)} className="numeric">
        {formatCount(value)}
      </Link>
    ),
  });
  const open = batch.transaction_count - batch.processing_status.completed;
  const openLabel = isFinal(batch.status) ? 'Not processed' : 'Still to process';
  return [
    linkedCount('Transactions', batch.transaction_count),
    count('Duplicates', batch.duplicate_count),
    count('Conflicts', batch.conflict_count),
    count('Categorized', batch.categorized_count),
    linkedCount('Uncategorized', batch.uncategorized_count, [isUncategorized]),
    ...(open > 0 ? [linkedCount(openLabel, open, [isStatus(batch.status)])] : []),
    { key: 'started', label: 'Started', children: <DateTime value={batch.started_at} /> },
    { key: 'finished', label: 'Finished', children: <DateTime value={batch.finished_at} /> },
    { key: 'waited', label: 'Waiting time', children: timings.waited },
    { key: 'took', label: 'Processing time', children: timings.took },
    { key: 'speed', label: 'Rows per second', children: timings.rowsPerSecond },
  ];
}

function ids(batch: AdminBatchBody) {
  return [
    { key: 'id', label: 'Batch id', children: <CopyText text={batch.id} /> },
    {
      key: 'request',
      label: 'Request id',
      children: batch.request_id === null ? '–' : <CopyText text={batch.request_id} />,
    },
  ];
}
