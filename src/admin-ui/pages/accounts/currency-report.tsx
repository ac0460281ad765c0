import { Card, Col, Flex, Row } from 'antd';
import type { OverviewAnswer } from '../../../api/admin/accounts/schema.ts';
import { CategoryTable } from './category-table.tsx';
import { MonthChart } from './month-chart.tsx';
import { MonthTable } from './month-table.tsx';
import { PeriodFigures } from './period-figures.tsx';

interface CurrencyReportProps {
  overview: OverviewAnswer;
  currency: string;
}

export function CurrencyReport({ overview, currency }: CurrencyReportProps) {
  const months = overview.by_month.filter((month) => month.currency === currency);
  return (
    <Flex vertical gap={16}>
      <PeriodFigures overview={overview} currency={currency} />
      <Row gutter={[16, 16]}>
        <Col xs={24} xl={13}>
          <Card title="Spend by category" styles={{ body: { padding: 0 } }}>
            <CategoryTable overview={overview} currency={currency} />
          </Card>
        </Col>
        <Col xs={24} xl={11}>
          <Card title="Spend and income by month" styles={{ body: { padding: 0 } }}>
            <div style={{ padding: '16px 12px 4px' }}>
              <MonthChart months={months} currency={currency} />
            </div>
            <MonthTable overview={overview} months={months} />
          </Card>
        </Col>
      </Row>
    </Flex>
  );
}
