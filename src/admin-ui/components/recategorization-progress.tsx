import { Flex, Progress, Typography } from 'antd';
import type { RecategorizationBody } from '../../api/admin/recategorizations/schema.ts';
import { capitalize } from '../format/capitalize.ts';

const looks = {
  pending: 'active',
  processing: 'active',
  completed: 'success',
  failed: 'exception',
  cancelled: 'normal',
} as const;

/** The progress of a run, and how it ended. */
export function RecategorizationProgress({ run }: { run: RecategorizationBody }) {
  return (
    <Flex vertical style={{ minWidth: 150 }}>
      <Progress
        percent={Math.floor(run.progress * 100)}
        size="small"
        aria-label="Progress"
        status={looks[run.status]}
        style={{ margin: 0 }}
      />
      <Typography.Text type={run.status === 'failed' ? 'danger' : 'secondary'}>
        {run.failure_reason ?? capitalize(run.status)}
      </Typography.Text>
    </Flex>
  );
}
