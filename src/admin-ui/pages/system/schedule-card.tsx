import { Alert, Badge, Card, Descriptions, Table, type TableColumnsType, Typography } from 'antd';
import { DateTime } from '../../components/date-time.tsx';
import { EmptyState } from '../../components/states.tsx';
import { useMay } from '../../components/use-may.ts';
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
      <Badge status={looks[status]} text={status.replace('_', ' ')} />
    ),
  },
  {
    title: 'Batches started',
    align: 'right',
    render: (_, run) => run.result?.started_count ?? '–',
  },
  {
    title: 'Batches repaired',
    align: 'right',
    render: (_, run) => run.result?.repaired_count ?? '–',
  },
  {
    title: 'Keys expired',
    align: 'right',
    render: (_, run) => run.result?.expired_key_count ?? '–',
  },
];

interface ScheduleCardProps {
  schedule: Schedule | null;
  isTemporalUp: boolean;
}

/** The sweep, which starts batches that never got started and repairs those whose workflow is gone. */
export function ScheduleCard({ schedule, isTemporalUp }: ScheduleCardProps) {
  const mayChange = useMay('edit', 'system');
  if (schedule === null) {
    return (
      <Card title="Sweep">
        <EmptyState
          title={isTemporalUp ? 'There is no schedule yet' : 'Temporal is away'}
          detail={
            isTemporalUp
              ? 'The first worker creates it when it starts.'
              : 'Batches are captured all the same, and processed when it is back.'
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
          Starts batches that never got started, and repairs those whose workflow is gone.
        </Typography.Paragraph>
        {schedule.paused && (
          <Alert
            type="warning"
            showIcon
            message="Paused: batches whose start got lost wait until it is resumed."
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
                'None while it is paused'
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
        locale={{ emptyText: <EmptyState title="It has not run yet" /> }}
      />
    </Card>
  );
}
