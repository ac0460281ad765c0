import { useCustom } from '@refinedev/core';
import { Badge, Card, Col, Row, Typography } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { SystemBody } from '../../../api/admin/system/schema.ts';
import { DateTime } from '../../components/date-time.tsx';

/** Shows a server that goes down without a reload. */
const refreshMs = 15_000;

/** Whether the servers work, and the sweep that starts batches whose start was lost. */
export function Health() {
  const { result, query } = useCustom<SystemBody>({
    url: 'system',
    method: 'get',
    errorNotification: false,
    queryOptions: { refetchInterval: refreshMs, placeholderData: (previous) => previous },
  });
  if (query.data === undefined) return null;
  const { database, temporal, cache, schedule } = result.data;
  const last = schedule?.recent_runs[0];
  return (
    <Card title="Pipeline health" extra={<Link to="/system">System</Link>}>
      <Row gutter={[16, 16]}>
        <Part name="Database" isUp={database.status === 'up'}>
          {database.status === 'up' ? `PostgreSQL ${database.version}` : 'Unreachable'}
        </Part>
        <Part name="Temporal" isUp={temporal.status === 'up'}>
          {temporal.status === 'up' ? (
            <a href={temporal.ui_url} target="_blank" rel="noreferrer">
              Open the Temporal UI
            </a>
          ) : (
            'Unreachable. Batches are stored and wait.'
          )}
        </Part>
        <Part name="Cache" isUp={cache.status !== 'away'}>
          {cacheText(cache)}
        </Part>
        <Part
          name="Sweep"
          isUp={schedule !== null && !schedule.paused && last?.status !== 'failed'}
        >
          {schedule === null ? (
            'Unknown'
          ) : (
            <>
              Last run:{' '}
              {last === undefined ? (
                'none yet'
              ) : (
                <a href={last.url} target="_blank" rel="noreferrer">
                  <DateTime value={last.scheduled_at} />, {last.status}
                </a>
              )}
              <br />
              {schedule.paused ? (
                'Paused'
              ) : (
                <>
                  Next run: <DateTime value={schedule.next_runs[0] ?? null} />
                </>
              )}
            </>
          )}
        </Part>
      </Row>
    </Card>
  );
}

function cacheText({ kind, status }: SystemBody['cache']): string {
  if (status === 'away') return 'Unreachable';
  return kind === 'redis' ? 'Redis' : 'In the memory of each process';
}

function Part({ name, isUp, children }: { name: string; isUp: boolean; children: ReactNode }) {
  return (
    <Col xs={24} sm={12} xl={6}>
      <Badge
        status={isUp ? 'success' : 'error'}
        text={<Typography.Text strong>{name}</Typography.Text>}
      />
      <div style={{ paddingLeft: 14 }}>{children}</div>
    </Col>
  );
}
