import { Card, Col, Row, Typography } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { DashboardBody } from '../../../api/admin/dashboard/schema.ts';
import { listPath } from '../../components/list-path.ts';

/** What came in; each number leads to the batches that it is the sum of. */
export function Figures({ dashboard }: { dashboard: DashboardBody }) {
  const { captured } = dashboard;
  const batches = listPath('/batches', [
    { field: 'created_at', operator: 'gte', value: captured.since },
    { field: 'created_at', operator: 'lte', value: captured.until },
  ]);
  const number = (label: string, count: number) => (
    <Link to={batches} aria-label={`${label}: ${count.toLocaleString()}, show the batches`}>
      {count.toLocaleString()}
    </Link>
  );
  return (
    <section aria-label="What came in">
      <Row gutter={[16, 16]}>
        <Figure label="Batches" value={number('Batches', captured.batch_count)} />
        <Figure
          label="Transactions"
          value={number('Transactions', captured.transaction_count)}
          note={`${captured.duplicate_count.toLocaleString()} duplicates left out`}
        />
        <Figure
          label="Processed"
          value={number('Processed', captured.completed_count)}
          note={share(captured.completed_count, captured.transaction_count, 'of what came in')}
        />
        <Figure
          label="Categorized"
          value={number('Categorized', captured.categorized_count)}
          note={share(
            captured.categorized_count,
            captured.completed_count,
            'of what was processed',
          )}
        />
      </Row>
    </section>
  );
}

/** Rounded down: 100 % is only what is all of it. */
const share = (part: number, whole: number, of: string): string | undefined =>
  whole === 0 ? undefined : `${Math.floor((part / whole) * 100)} % ${of}`;

function Figure({ label, value, note }: { label: string; value: ReactNode; note?: string }) {
  return (
    <Col xs={12} xl={6}>
      <Card styles={{ body: { padding: 16 } }} style={{ height: '100%' }}>
        <Typography.Text type="secondary">{label}</Typography.Text>
        <div className="numeric" style={{ fontSize: 26, lineHeight: '36px', fontWeight: 600 }}>
          {value}
        </div>
        <Typography.Text type="secondary" style={{ fontSize: 13 }}>
          {note ?? ' '}
        </Typography.Text>
      </Card>
    </Col>
  );
}
