import { ExportOutlined, RedoOutlined, UnorderedListOutlined } from '@ant-design/icons';
import { useCustomMutation, useOne } from '@refinedev/core';
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
import { batchRowsPath } from '../../components/rows-path.ts';
import { ErrorState, LoadingState } from '../../components/states.tsx';
import { StatusTag } from '../../components/status-tag.tsx';
import { useMay } from '../../components/use-may.ts';
import { done, notDone } from '../../providers/messages.ts';
import { BatchProgress } from './batch-progress.tsx';
import { batchTimings } from './batch-timings.ts';
import { ConflictRows } from './conflict-rows.tsx';
import { FailedRows } from './failed-rows.tsx';

/** Fast enough to see it move. */
const refreshMs = 1_000;

export function BatchShow() {
  const { id = '' } = useParams();
  const mayRetry = useMay('edit', 'batches');
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
          <LinkButton to={batchRowsPath(batch.id)} icon={<UnorderedListOutlined />}>
            Its transactions
          </LinkButton>
          {batch.uncategorized_count > 0 && (
            <LinkButton to={batchRowsPath(batch.id, 'uncategorized', 'true')}>
              Uncategorized rows of this batch
            </LinkButton>
          )}
          {batch.status === 'failed' && mayRetry && (
            <Retry id={batch.id} onRetried={() => void query.refetch()} />
          )}
          <Button
            href={batch.workflow.url}
            target="_blank"
            rel="noreferrer"
            icon={<ExportOutlined />}
          >
            Workflow in the Temporal UI
          </Button>
        </>
      }
    >
      <Flex vertical gap={16}>
        {batch.failure_reason !== null && (
          <Alert
            type="error"
            showIcon
            message="Processing has failed"
            description={batch.failure_reason}
          />
        )}
        <Card>
          <Flex vertical gap={12} aria-live="polite">
            <StatusTag status={batch.status} />
            <BatchProgress batch={batch} />
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

function Retry({ id, onRetried }: { id: string; onRetried: () => void }) {
  const { mutate, mutation } = useCustomMutation();
  return (
    <Button
      type="primary"
      icon={<RedoOutlined />}
      loading={mutation.isPending}
      onClick={() =>
        mutate(
          {
            url: `batches/${id}/retry`,
            method: 'post',
            values: {},
            successNotification: done('Processing starts again'),
            errorNotification: notDone('The batch was not started again'),
          },
          { onSuccess: onRetried },
        )
      }
    >
      Process again
    </Button>
  );
}

function facts(batch: AdminBatchBody) {
  const timings = batchTimings(batch);
  const rows = (label: string, count: number, field?: string, value?: string) => ({
    key: label,
    label,
    children: (
      <Link to={batchRowsPath(batch.id, field, value)} className="numeric">
        {count.toLocaleString()}
      </Link>
    ),
  });
  const open = batch.transaction_count - batch.processing_status.completed;
  const openLabel = isFinal(batch.status) ? 'Not processed' : 'Still to process';
  return [
    rows('Transactions', batch.transaction_count),
    { key: 'duplicates', label: 'Duplicates', children: batch.duplicate_count.toLocaleString() },
    { key: 'conflicts', label: 'Conflicts', children: batch.conflict_count.toLocaleString() },
    {
      key: 'categorized',
      label: 'Categorized',
      children: batch.categorized_count.toLocaleString(),
    },
    rows('Uncategorized', batch.uncategorized_count, 'uncategorized', 'true'),
    ...(open > 0 ? [rows(openLabel, open, 'status', batch.status)] : []),
    { key: 'started', label: 'Started', children: <DateTime value={batch.started_at} /> },
    { key: 'finished', label: 'Finished', children: <DateTime value={batch.finished_at} /> },
    { key: 'waited', label: 'Waited', children: timings.waited },
    { key: 'took', label: 'Took', children: timings.took },
    { key: 'speed', label: 'Rows a second', children: timings.rowsPerSecond },
    { key: 'id', label: 'Batch id', children: <CopyText text={batch.id} /> },
    {
      key: 'request',
      label: 'Request id',
      children: batch.request_id === null ? '–' : <CopyText text={batch.request_id} />,
    },
  ];
}
