import { useCustom } from '@refinedev/core';
import {
  Alert,
  Card,
  Col,
  Empty,
  Flex,
  Row,
  Segmented,
  Skeleton,
  Statistic,
  Table,
  Typography,
} from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { DashboardBody } from '../../api/admin/dashboard/schema.ts';
import { CategoryName } from '../components/category-name.tsx';

const periods = [
  { label: '24 hours', value: 1 },
  { label: '7 days', value: 7 },
  { label: '30 days', value: 30 },
];

const count = (value: number) => value.toLocaleString('en');

// biome-ignore lint/style/noDefaultExport: pages are loaded by React.lazy.
export default function Dashboard() {
  const [days, setDays] = useState(7);
  const { result, query } = useCustom<DashboardBody>({
    url: 'dashboard',
    method: 'get',
    config: { query: { days } },
  });
  const body = query.data === undefined ? undefined : result.data;
  return (
    <Flex vertical gap="large">
      <Flex justify="space-between" align="center" wrap gap="small">
        <Typography.Title level={1} style={{ fontSize: 24, margin: 0 }}>
          Dashboard
        </Typography.Title>
        <Segmented aria-label="Period" options={periods} value={days} onChange={setDays} />
      </Flex>
      {query.error && <Alert type="error" message={query.error.message} />}
      {body === undefined ? <Skeleton active /> : <Figures body={body} />}
    </Flex>
  );
}

function Figures({ body }: { body: DashboardBody }) {
  const { captured, unfinished, date_range } = body;
  const share =
    captured.completed_count === 0
      ? '–'
      : `${((captured.categorized_count / captured.completed_count) * 100).toFixed(1)} %`;
  const stuck = (status: string) =>
    unfinished.find((entry) => entry.status === status)?.batch_count ?? 0;
  const dates = `date_gte=${date_range.start}&date_lte=${date_range.end}`;
  return (
    <>
      <Row gutter={[16, 16]}>
        <Figure title="Batches" value={count(captured.batch_count)} to="/batches" />
        <Figure title="Transactions" value={count(captured.transaction_count)} to="/transactions" />
        <Figure title="Categorized" value={share} to="/uncategorized" />
        <Figure title="Duplicates" value={count(captured.duplicate_count)} to="/batches" />
        <Figure
          title="Waiting"
          value={count(stuck('pending') + stuck('processing'))}
          to="/batches"
        />
        <Figure title="Failed" value={count(stuck('failed'))} to="/batches?status=failed" />
      </Row>
      <Card
        title={`Spend by category, ${date_range.start} to ${date_range.end}`}
        styles={{ body: { padding: 0 } }}
      >
        <Table
          dataSource={body.spend_by_category}
          rowKey={(row) => `${row.category_id} ${row.currency}`}
          pagination={false}
          scroll={{ x: true, y: 420 }}
          locale={{ emptyText: <Empty description="Nothing was spent in this period." /> }}
          columns={[
            {
              title: 'Category',
              render: (_, row) => (
                <CategoryName
                  name={row.category_id === null ? null : row.category}
                  color={row.color}
                />
              ),
            },
            { title: 'Currency', dataIndex: 'currency' },
            {
              title: 'Transactions',
              align: 'right',
              render: (_, row) => (
                <Link
                  to={`/transactions?${dates}&currency=${row.currency}&${row.category_id === null ? 'uncategorized=true' : `category_id=${row.category_id}`}&amount_lte=-0.0001`}
                >
                  {count(row.transaction_count)}
                </Link>
              ),
            },
            { title: 'Spend', dataIndex: 'total_spend', align: 'right' },
          ]}
        />
      </Card>
    </>
  );
}

function Figure({ title, value, to }: { title: string; value: string; to: string }) {
  return (
    <Col xs={12} md={8} xl={4}>
      <Link to={to}>
        <Card hoverable>
          <Statistic title={title} value={value} />
        </Card>
      </Link>
    </Col>
  );
}
