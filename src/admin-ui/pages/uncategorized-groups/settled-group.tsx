import { CheckCircleOutlined, LoadingOutlined, WarningOutlined } from '@ant-design/icons';
import { useOne } from '@refinedev/core';
import { Flex, Typography } from 'antd';
import { useEffect } from 'react';
import { Link } from 'react-router';
import type { CategoryPatternBody } from '../../../api/admin/category-patterns/schema.ts';
import type { RecategorizationBody } from '../../../api/admin/recategorizations/schema.ts';
import { hasEnded } from '../../../domain/recategorization.ts';
import { pluralize } from '../../format/format-count.ts';

/** Short enough to watch the progress. */
const refreshMs = 500;

/** A saved pattern, and the run that applies it; null when that could not start. */
export interface Settled {
  pattern: CategoryPatternBody;
  runId: string | null;
}

interface SettledGroupProps {
  settled: Settled;
  /** The run has ended, so that the counts of groups are outdated. */
  onApplied: () => void;
}

export function SettledGroup({ settled: { pattern, runId }, onApplied }: SettledGroupProps) {
  const { result: run } = useOne<RecategorizationBody>({
    resource: 'recategorizations',
    id: runId ?? '',
    errorNotification: false,
    queryOptions: {
      enabled: runId !== null,
      refetchInterval: ({ state }) =>
        state.data !== undefined && hasEnded(state.data.data.status) ? false : refreshMs,
    },
  });
  const isDone = run !== undefined && hasEnded(run.status);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is done
  useEffect(() => {
    if (isDone) onApplied();
  }, [isDone]);

  return (
    <Flex wrap gap={8} align="baseline">
      <Mark run={run} runId={runId} />
      <span>
        <Typography.Text code>{pattern.pattern}</Typography.Text> now belongs to{' '}
        <Link to={`/categories/${pattern.category_id}`}>{pattern.category}</Link>.
      </span>
      <Typography.Text type="secondary">{statusText(run, runId)}</Typography.Text>
    </Flex>
  );
}

function Mark({ run, runId }: { run: RecategorizationBody | undefined; runId: string | null }) {
  if (runId === null || run?.status === 'failed' || run?.status === 'cancelled')
    return <WarningOutlined style={{ color: 'var(--ant-color-warning)' }} />;
  return run?.status === 'completed' ? (
    <CheckCircleOutlined style={{ color: 'var(--ant-color-success)' }} />
  ) : (
    <LoadingOutlined />
  );
}

function statusText(run: RecategorizationBody | undefined, runId: string | null): string {
  if (runId === null) return 'Not applied to history yet.';
  if (run?.status === 'completed') return `${pluralize(run.changed_count, 'transaction')} changed.`;
  if (run !== undefined && hasEnded(run.status)) return run.failure_reason ?? 'Cancelled.';
  return `Applying to history: ${Math.floor((run?.progress ?? 0) * 100)}%`;
}
