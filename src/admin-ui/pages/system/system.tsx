import { useCustom } from '@refinedev/core';
import { Card, Col, Row } from 'antd';
import type { SystemBody } from '../../../api/admin/system/schema.ts';
import { Page } from '../../components/page.tsx';
import { ErrorState, LoadingState } from '../../components/states.tsx';
import { BacklogCard } from './backlog-card.tsx';
import { CacheCard } from './cache-card.tsx';
import { ScheduleCard } from './schedule-card.tsx';
import { DatabaseCard, KafkaCard, ProcessCard, TemporalCard } from './server-cards.tsx';
import { ThroughputCard } from './throughput-card.tsx';

/** Short enough to notice that a server goes down or comes back. */
const refreshMs = 5_000;

export function System() {
  const { query, result } = useCustom<SystemBody>({
    url: 'system',
    method: 'get',
    errorNotification: false,
    queryOptions: { queryKey: ['system'], refetchInterval: refreshMs },
  });
  return (
    <Page
      title="System"
      subtitle="What there is to do, the servers that Tallyflow runs on, and its scheduled work."
    >
      {query.isSuccess ? (
        <Parts system={result.data} />
      ) : query.isError ? (
        <Card>
          <ErrorState detail={query.error.message} onRetry={() => void query.refetch()} />
        </Card>
      ) : (
        <Card>
          <LoadingState rows={12} />
        </Card>
      )}
    </Page>
  );
}

function Parts({ system }: { system: SystemBody }) {
  const cards = [
    <DatabaseCard key="database" database={system.database} />,
    <TemporalCard key="temporal" temporal={system.temporal} />,
    <CacheCard key="cache" cache={system.cache} />,
    ...(system.kafka === null ? [] : [<KafkaCard key="kafka" kafka={system.kafka} />]),
    <ProcessCard key="process" version={system.version} startedAt={system.started_at} />,
  ];
  return (
    <Row gutter={[16, 16]}>
      <Col xs={24} xl={8}>
        <BacklogCard backlog={system.backlog} />
      </Col>
      <Col xs={24} xl={16}>
        <ThroughputCard throughput={system.throughput} />
      </Col>
      {cards.map((card) => (
        <Col key={card.key} xs={24} md={12} xxl={6}>
          {card}
        </Col>
      ))}
      <Col span={24}>
        <ScheduleCard schedule={system.schedule} isTemporalUp={system.temporal.status === 'up'} />
      </Col>
    </Row>
  );
}
