import { Alert, Badge, Card, Descriptions, Table, type TableColumnsType, Typography } from 'antd';
import { DateTime } from '../../components/date-time.tsx';
import { countColumn } from '../../components/lists/count-column.tsx';
import { EmptyState } from '../../components/states.tsx';
import { capitalize } from '../../format/capitalize.ts';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';
import { type Schedule, ScheduleActions } from './schedule-actions.tsx';

type Run = Schedule['recent_runs'][number];

const looks: Record<Run['status'], 'success' | 'processing' | 'error' | 'warning' | 'default'> = {
  running: 'processing',
  completed: 'success',
  failed: 'error',
  timed_out: 'error',
  cancelled: 'warning',
  terminated: 'warning',
  unknown: 'default',
};

const columns: TableColumnsType<Run> = [
  {
    title: 'Run',
    dataIndex: 'scheduled_at',
    render: (value: string, { url }) => (
      <a href={url} target="_blank" rel="noreferrer">
        <DateTime value={value} />
      </a>
    ),
  },
  {
    title: 'Outcome',
    dataIndex: 'status',
    render: (status: Run['status']) => (
      <Badge status={looks[status]} text={capitalize(status.replace('_', ' '))} />
    ),
  },
  countColumn('Batches started', ['result', 'started_count']),
  countColumn('Batches repaired', ['result', 'repaired_count']),
  countColumn('Expired keys removed', ['result', 'expired_key_count']),
];

interface ScheduleCardProps {
  schedule: Schedule | null;
  isTemporalUp: boolean;
}

/** The sweep, which starts batches whose start was lost and repairs batches whose workflow is gone. */
export function ScheduleCard({ schedule, isTemporalUp }: ScheduleCardProps) {
  const mayChange = useIsAllowed('edit', 'system');
  if (schedule === null) {
    return (
      <Card title="Sweep">
        <EmptyState
          title={isTemporalUp ? 'No schedule yet' : 'Temporal is unreachable'}
          detail={
            isTemporalUp
              ? 'The first worker creates it when it starts.'
              : 'Batches are stored, and processed once Temporal is back.'
          }
        />
      </Card>
    );
  }
  return (
    <Card
      title={
        <a href={schedule.url} target="_blank" rel="noreferrer">
          Sweep
        </a>
      }
      extra={mayChange && <ScheduleActions schedule={schedule} />}
      styles={{ body: { padding: 0 }, header: { flexWrap: 'wrap' } }}
    >
      <div style={{ padding: '16px 24px' }}>
        <Typography.Paragraph type="secondary">
          Starts batches whose start was lost, and repairs batches whose workflow is gone.
        </Typography.Paragraph>
        {schedule.paused && (
          <Alert
            type="warning"
            showIcon
            message="Paused. Batches whose start was lost wait until you resume the sweep."
            description={schedule.note}
            style={{ marginBottom: 16 }}
          />
        )}
        <Descriptions
          size="small"
          column={{ xs: 1, md: 2 }}
          colon={false}
          items={[
            {
              key: 'next',
              label: 'Next runs',
              children: schedule.paused ? (
                'None while paused'
              ) : (
                <span>
                  {schedule.next_runs.slice(0, 3).map((time, index) => (
                    <span key={time}>
                      {index > 0 && ' · '}
                      <DateTime value={time} />
                    </span>
                  ))}
                </span>
              ),
            },
          ]}
        />
      </div>
      <Table<Run>
        rowKey="run_id"
        size="middle"
        aria-label="Runs of the sweep"
        scroll={{ x: 'max-content' }}
        pagination={false}
        columns={columns}
        dataSource={schedule.recent_runs}
        locale={{ emptyText: <EmptyState title="No runs yet" /> }}
      />
    </Card>
  );
}
