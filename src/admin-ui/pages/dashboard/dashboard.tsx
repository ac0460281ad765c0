import { useCustom } from '@refinedev/core';
import { Card, Col, Flex, Row, Segmented } from 'antd';
import { useSearchParams } from 'react-router';
import type { DashboardBody } from '../../../api/admin/dashboard/schema.ts';
import { DateTime } from '../../components/date-time.tsx';
import { Page } from '../../components/page.tsx';
import { ErrorState, LoadingState } from '../../components/states.tsx';
import { Figures } from './figures.tsx';
import { Health } from './health.tsx';
import { SpendByCategory } from './spend-by-category.tsx';
import { SpendByDay } from './spend-by-day.tsx';
import { TopUncategorized } from './top-uncategorized.tsx';
import { Unfinished } from './unfinished.tsx';

const ranges = [
  { value: '1', label: '24 hours' },
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
];

/** Shows new batches without a reload. */
const refreshMs = 15_000;

export function Dashboard() {
  const [search, setSearch] = useSearchParams();
  const days = ranges.find(({ value }) => value === search.get('days'))?.value ?? '7';
  const { result, query } = useCustom<DashboardBody>({
    url: 'dashboard',
    method: 'get',
    config: { query: { days } },
    errorNotification: false,
    queryOptions: { refetchInterval: refreshMs, placeholderData: (previous) => previous },
  });
  const dashboard = query.data === undefined ? undefined : result.data;

  return (
    <Page
      title="Dashboard"
      subtitle={
        dashboard === undefined ? (
          ' '
        ) : (
          <>
            As of <DateTime value={dashboard.generated_at} />
          </>
        )
      }
      extra={
        <Segmented
          aria-label="Period"
          options={ranges}
          value={days}
          onChange={(value) => setSearch({ days: value }, { replace: true })}
        />
      }
    >
      {dashboard !== undefined ? (
        <Content dashboard={dashboard} />
      ) : query.error !== null ? (
        <ErrorState detail={query.error.message} onRetry={() => void query.refetch()} />
      ) : (
        <LoadingState rows={12} />
      )}
    </Page>
  );
}

function Content({ dashboard }: { dashboard: DashboardBody }) {
  return (
    <Flex vertical gap={16}>
      <Figures dashboard={dashboard} />
      <Unfinished unfinished={dashboard.unfinished} />
      <Row gutter={[16, 16]}>
        <Col xs={24} xl={14}>
          <Card title="Spend and income by day" style={{ height: '100%' }}>
            <SpendByDay days={dashboard.by_day} />
          </Card>
        </Col>
        <Col xs={24} xl={10}>
          <Card title="Spend by category" style={{ height: '100%' }}>
            <SpendByCategory dashboard={dashboard} />
          </Card>
        </Col>
      </Row>
      <TopUncategorized />
      <Health />
    </Flex>
  );
}
