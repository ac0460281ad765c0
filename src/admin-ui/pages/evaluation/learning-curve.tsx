import { Card } from 'antd';
import {
  CartesianGrid,
  Legend,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { FiguresBody } from '../../../api/admin/learning/schema.ts';
import { axisText, gridColor, secondColor, tooltipStyle } from '../../components/chart-style.ts';
import { countColumn } from '../../components/lists/count-column.tsx';
import { shareColumns } from '../../components/lists/figures-columns.tsx';
import { PlainTable } from '../../components/lists/plain-table.tsx';
import { EmptyState } from '../../components/states.tsx';
import { formatCount } from '../../format/format-count.ts';
import { formatPercent } from '../../format/format-percent.ts';

const height = 260;

const columns = [countColumn('Labelled transactions', 'row_count'), ...shareColumns<FiguresBody>()];

/** Coverage and precision with fewer labelled rows, which tells whether more of them would help. */
export function LearningCurve({ curve }: { curve: FiguresBody[] }) {
  return (
    <Card title="Learning curve">
      {curve.length < 2 ? (
        <EmptyState title="Too few labelled transactions for a curve" />
      ) : (
        <>
          <div
            role="img"
            aria-label="Coverage and precision by the number of labelled transactions. The table below shows the figures."
            style={{ height }}
          >
            <ResponsiveContainer
              width="100%"
              height="100%"
              initialDimension={{ width: 300, height }}
            >
              <LineChart
                data={curve}
                margin={{ left: 0, right: 16, top: 8 }}
                accessibilityLayer={false}
              >
                <CartesianGrid vertical={false} stroke={gridColor} />
                <XAxis
                  dataKey="row_count"
                  type="number"
                  // Each step has twice the rows of the one before.
                  scale="log"
                  ticks={curve.map(({ row_count }) => row_count)}
                  domain={['dataMin', 'dataMax']}
                  tick={axisText}
                  tickLine={false}
                  axisLine={false}
                  tickFormatter={formatCount}
                />
                <YAxis
                  width={48}
                  domain={[0, 1]}
                  tick={axisText}
                  tickLine={false}
                  axisLine={false}
                  tickFormatter={formatPercent}
                />
                <Tooltip
                  contentStyle={tooltipStyle}
                  labelFormatter={(count) => `${formatCount(Number(count))} labelled transactions`}
                  formatter={(share, name) => [formatPercent(Number(share)), name]}
                />
                <Legend
                  itemSorter={null}
                  formatter={(name) => <span style={{ color: axisText.fill }}>{name}</span>}
                />
                <Line
                  name="Coverage"
                  dataKey="coverage"
                  stroke="var(--ant-color-primary)"
                  strokeWidth={2}
                  isAnimationActive={false}
                />
                <Line
                  name="Precision"
                  dataKey="precision"
                  stroke={secondColor}
                  strokeWidth={2}
                  isAnimationActive={false}
                />
              </LineChart>
            </ResponsiveContainer>
          </div>
          <details>
            <summary style={{ cursor: 'pointer', color: 'var(--ant-color-link)' }}>Figures</summary>
            <PlainTable<FiguresBody>
              label="Figures of the learning curve"
              size="small"
              rowKey="row_count"
              columns={columns}
              dataSource={curve}
            />
          </details>
        </>
      )}
    </Card>
  );
}
