import { Card, Col, Row, Typography } from 'antd';
import dayjs from 'dayjs';
import {
  Bar,
  BarChart,
  CartesianGrid,
  Legend,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { SystemBody } from '../../../api/admin/system/schema.ts';
import { axisText, gridColor, secondColor, tooltipStyle } from '../../components/chart-style.ts';
import { formatCount, pluralize } from '../../format/format-count.ts';

type Throughput = SystemBody['throughput'];
type Minute = Throughput['minutes'][number];
type Figures = keyof Omit<Minute, 'starts_at'>;
type KnownFigure = 'batch_count' | 'transaction_count' | 'refusal_count';

const chartHeight = 160;
const compact = new Intl.NumberFormat(undefined, { notation: 'compact' });

const scopes: Record<Throughput['of'], string> = {
  all_processes: 'Of all processes.',
  this_process:
    'Of this API process alone, since Redis is not there to add up all of them. What was processed and failed comes from the database, and does not include batches that arrived more than two hours ago.',
};

/** What came in and was done within the last hour. */
export function ThroughputCard({ throughput }: { throughput: Throughput }) {
  const { minutes, of } = throughput;
  const sum = (figure: KnownFigure) => minutes.reduce((total, minute) => total + minute[figure], 0);
  const completedCount = sumOrNull(minutes, 'completed_batch_count');
  const failedCount = sumOrNull(minutes, 'failed_batch_count');
  const refusalCount = sum('refusal_count');
  return (
    <Card title="Last hour" style={{ height: '100%' }}>
      <Row gutter={[16, 8]}>
        <Figure
          label="Received"
          count={sum('transaction_count')}
          note={`transactions in ${pluralize(sum('batch_count'), 'batch', 'batches')}`}
        />
        <Figure
          label="Processed"
          count={sumOrNull(minutes, 'completed_transaction_count')}
          note={
            completedCount === null
              ? 'unknown, since the database does not answer'
              : `transactions, ${pluralize(completedCount, 'batch', 'batches')} completed`
          }
        />
        <Figure
          label="Failed"
          count={failedCount}
          note={failedCount === 1 ? 'batch' : 'batches'}
          isBad={failedCount !== null && failedCount > 0}
        />
        <Figure
          label="Refused"
          count={refusalCount}
          note={refusalCount === 1 ? 'request' : 'requests'}
        />
      </Row>
      <Chart minutes={minutes} />
      <Typography.Text type="secondary" style={{ fontSize: 13 }}>
        {scopes[of]}
      </Typography.Text>
    </Card>
  );
}

/** Null where the minutes are not known. */
function sumOrNull(minutes: readonly Minute[], figure: Figures): number | null {
  return minutes.reduce<number | null>((total, minute) => {
    const count = minute[figure];
    return total === null || count === null ? null : total + count;
  }, 0);
}

interface FigureProps {
  label: string;
  /** Null for unknown. */
  count: number | null;
  note: string;
  isBad?: boolean;
}

function Figure({ label, count, note, isBad = false }: FigureProps) {
  return (
    <Col xs={12} lg={6}>
      <Typography.Text type="secondary">{label}</Typography.Text>
      <div>
        <Typography.Text
          strong
          className="numeric"
          style={{ fontSize: 20 }}
          {...(isBad && { type: 'danger' })}
        >
          {count === null ? '–' : formatCount(count)}
        </Typography.Text>
      </div>
      <Typography.Text type="secondary" style={{ fontSize: 13 }}>
        {note}
      </Typography.Text>
    </Col>
  );
}

/** Two bars for each minute. */
function Chart({ minutes }: { minutes: readonly Minute[] }) {
  const bars = minutes.map((minute) => ({
    name: dayjs(minute.starts_at).format('HH:mm'),
    received: minute.transaction_count,
    processed: minute.completed_transaction_count,
  }));
  return (
    <div
      role="img"
      aria-label="Transactions received and processed by the minute; their sums are above"
      style={{ height: chartHeight, marginBlock: 12 }}
    >
      <ResponsiveContainer
        width="100%"
        height="100%"
        initialDimension={{ width: 300, height: chartHeight }}
      >
        <BarChart data={bars} margin={{ left: 0, right: 4 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke={gridColor} />
          <XAxis dataKey="name" tick={axisText} tickLine={false} axisLine={false} minTickGap={24} />
          <YAxis
            width={48}
            tick={axisText}
            tickLine={false}
            axisLine={false}
            allowDecimals={false}
            tickFormatter={(value: number) => compact.format(value)}
          />
          <Tooltip
            cursor={{ fill: 'var(--ant-color-fill-tertiary)' }}
            contentStyle={tooltipStyle}
            // In the colour of the bars, it could not be read well enough.
            itemStyle={{ color: 'var(--ant-color-text)' }}
            formatter={(value) => formatCount(Number(value))}
          />
          <Legend
            itemSorter={null}
            formatter={(name) => <span style={{ color: axisText.fill }}>{name}</span>}
          />
          <Bar
            name="Received"
            dataKey="received"
            fill="var(--ant-color-primary)"
            isAnimationActive={false}
          />
          <Bar name="Processed" dataKey="processed" fill={secondColor} isAnimationActive={false} />
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}
