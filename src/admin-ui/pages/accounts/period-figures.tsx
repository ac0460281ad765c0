import { Card, Col, Row, Typography } from 'antd';
import { Link } from 'react-router';
import type { OverviewAnswer } from '../../../api/admin/accounts/schema.ts';
import { changeOf } from '../../components/change-of.ts';
import { isIncome, isSpend, rowsPath } from '../../components/rows-path.ts';

type Totals = OverviewAnswer['current']['by_currency'][number];

const none: Omit<Totals, 'currency'> = {
  transaction_count: 0,
  total_spend: '0.00',
  total_income: '0.00',
  net_amount: '0.00',
};

/** The sums of a currency beside those of as many days before; each leads to its rows. */
export function PeriodFigures({
  overview,
  currency,
}: {
  overview: OverviewAnswer;
  currency: string;
}) {
  const { account_id: accountId, current, previous } = overview;
  const of = ({ by_currency }: OverviewAnswer['current']) =>
    by_currency.find((totals) => totals.currency === currency) ?? none;
  const now = of(current);
  const before = of(previous);
  const rows = { accountId, currency, period: current.date_range };
  const { start, end } = previous.date_range;
  return (
    <section aria-label="Totals">
      <Row gutter={[16, 16]}>
        <Figure
          label="Transactions"
          value={now.transaction_count.toLocaleString()}
          to={rowsPath(rows)}
          before={before.transaction_count.toLocaleString()}
        />
        <Figure
          label={`Spend, ${currency}`}
          value={now.total_spend}
          to={rowsPath(rows, [isSpend])}
          before={before.total_spend}
          change={changeOf(now.total_spend, before.total_spend)}
        />
        <Figure
          label={`Income, ${currency}`}
          value={now.total_income}
          to={rowsPath(rows, [isIncome])}
          before={before.total_income}
          change={changeOf(now.total_income, before.total_income)}
        />
        <Figure
          label={`Net, ${currency}`}
          value={now.net_amount}
          to={rowsPath(rows)}
          before={before.net_amount}
        />
      </Row>
      <Typography.Text type="secondary" style={{ display: 'block', marginTop: 8, fontSize: 13 }}>
        “Before” is {start} to {end}, as many days.
      </Typography.Text>
    </section>
  );
}

interface FigureProps {
  label: string;
  value: string;
  to: string;
  before: string;
  change?: string | null;
}

function Figure({ label, value, to, before, change = null }: FigureProps) {
  return (
    <Col xs={24} sm={12} xl={6}>
      <Card styles={{ body: { padding: 16 } }} style={{ height: '100%' }}>
        <Typography.Text type="secondary">{label}</Typography.Text>
        <div className="numeric" style={{ fontSize: 24, lineHeight: '34px', fontWeight: 600 }}>
          <Link to={to} aria-label={`${label}: ${value}, show the transactions`}>
            {value}
          </Link>
        </div>
        <Typography.Text type="secondary" style={{ fontSize: 13 }} className="numeric">
          before {before}
          {change !== null && ` (${change})`}
        </Typography.Text>
      </Card>
    </Col>
  );
}
