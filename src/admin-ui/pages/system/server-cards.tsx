import { Badge, Card, Descriptions, Flex } from 'antd';
import type { ReactNode } from 'react';
import type { SystemBody } from '../../../api/admin/system/schema.ts';
import { DateTime } from '../../components/date-time.tsx';
import { formatCount } from '../../format/format-count.ts';

interface ServerCardProps {
  title: string;
  state: ReactNode;
  facts: [label: string, value: ReactNode][];
  children?: ReactNode;
}

/** Whether a server answers, and the facts about it. */
export function ServerCard({ title, state, facts, children }: ServerCardProps) {
  return (
    <Card title={title} extra={state} style={{ height: '100%' }}>
      <Descriptions
        column={1}
        size="small"
        colon={false}
        items={facts.map(([label, value]) => ({ key: label, label, children: value }))}
      />
      {children}
    </Card>
  );
}

const looks = {
  up: { status: 'success', text: 'Up' },
  away: { status: 'error', text: 'Unreachable' },
  memory: { status: 'default', text: 'In memory' },
  current: { status: 'success', text: 'Current' },
  behind: { status: 'error', text: 'Behind' },
} as const;

export function ServerState({ status }: { status: keyof typeof looks }) {
  return <Badge {...looks[status]} />;
}

export function DatabaseCard({ database }: { database: SystemBody['database'] }) {
  return (
    <ServerCard
      title="Database"
      state={<ServerState status={database.status} />}
      facts={[
        ['PostgreSQL', database.version ?? '–'],
        ['Size', database.size_bytes === null ? '–' : bytesText(database.size_bytes)],
      ]}
    />
  );
}

export function TemporalCard({ temporal }: { temporal: SystemBody['temporal'] }) {
  return (
    <ServerCard
      title="Temporal"
      state={<ServerState status={temporal.status} />}
      facts={[
        ['Address', temporal.address],
        ['Namespace', temporal.namespace],
      ]}
    >
      <Flex style={{ marginTop: 8 }}>
        <a href={temporal.ui_url} target="_blank" rel="noreferrer">
          Open the Temporal UI
        </a>
      </Flex>
    </ServerCard>
  );
}

export function KafkaCard({ kafka }: { kafka: NonNullable<SystemBody['kafka']> }) {
  const { pending_key_change_count: count, oldest_key_change_seconds: seconds } = kafka;
  return (
    <ServerCard
      title="Kafka"
      state={<ServerState status={kafka.key_publishing} />}
      facts={[
        ['Brokers', kafka.brokers.join(', ')],
        ['Key changes to publish', count === null ? '–' : formatCount(count)],
        ['Oldest of these', seconds ? `${formatCount(Math.ceil(seconds))} s` : '–'],
      ]}
    />
  );
}

export function ProcessCard({ version, startedAt }: { version: string; startedAt: string }) {
  return (
    <ServerCard
      title="Tallyflow"
      state={<ServerState status="up" />}
      facts={[
        ['Version', version],
        ['Started', <DateTime key="since" value={startedAt} />],
        ['Uptime', durationText(Date.now() - Date.parse(startedAt))],
      ]}
    />
  );
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

function bytesText(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${(bytes / 1_000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

function durationText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${formatCount(days)} d ${hours % 24} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}
