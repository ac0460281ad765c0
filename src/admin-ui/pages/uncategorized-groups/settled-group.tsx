import { CheckCircleOutlined, LoadingOutlined, WarningOutlined } from '@ant-design/icons';
import { useOne } from '@refinedev/core';
import { Flex, Typography } from 'antd';
import { useEffect } from 'react';
import { Link } from 'react-router';
import type { CategoryPatternBody } from '../../../api/admin/category-patterns/schema.ts';
import type { RecategorizationBody } from '../../../api/admin/recategorizations/schema.ts';
import { hasEnded } from '../../../domain/recategorization.ts';

/** Fast enough to see it move. */
const refreshMs = 500;

/** What became of a group: the pattern that was saved, and the run that applies it; null where it could not start. */
export interface Settled {
  groupName: string;
  pattern: CategoryPatternBody;
  runId: string | null;
}

interface SettledGroupProps {
  settled: Settled;
  /** The stored transactions have their categories: whatever counts them is outdated. */
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
        <Typography.Text code>{pattern.pattern}</Typography.Text> now means{' '}
        <Link to={`/categories/${pattern.category_id}`}>{pattern.category}</Link>.
      </span>
      <Typography.Text type="secondary">{inWords(run, runId)}</Typography.Text>
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

function inWords(run: RecategorizationBody | undefined, runId: string | null): string {
  if (runId === null) return 'It is not applied to history yet.';
  if (run?.status === 'completed') {
    const count = run.changed_count.toLocaleString();
    return run.changed_count === 1 ? '1 transaction changed.' : `${count} transactions changed.`;
  }
  if (run !== undefined && hasEnded(run.status)) return run.failure_reason ?? 'It was cancelled.';
  return `Applying it to history: ${Math.floor((run?.progress ?? 0) * 100)} %`;
}
