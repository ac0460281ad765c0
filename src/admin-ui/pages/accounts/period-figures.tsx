import { Row, Typography } from 'antd';
import type { OverviewAnswer } from '../../../api/admin/accounts/schema.ts';
import { Figure } from '../../components/figure.tsx';
import { isIncome, isSpend, transactionsPath } from '../../components/transactions-path.ts';
import { formatAmount } from '../../format/format-amount.ts';
import { formatChange } from '../../format/format-change.ts';
import { formatCount } from '../../format/format-count.ts';

type Totals = OverviewAnswer['current']['by_currency'][number];

const noTotals: Omit<Totals, 'currency'> = {
  transaction_count: 0,
  total_spend: '0.00',
  total_income: '0.00',
  net_amount: '0.00',
};

interface PeriodFiguresProps {
  overview: OverviewAnswer;
  currency: string;
}

/** The sums of a currency beside those of the previous period; each links to its transactions. */
export function PeriodFigures({ overview, currency }: PeriodFiguresProps) {
  const { account_id: accountId, current, previous } = overview;
  const totalsOf = ({ by_currency }: OverviewAnswer['current']) =>
    by_currency.find((totals) => totals.currency === currency) ?? noTotals;
  const now = totalsOf(current);
  const before = totalsOf(previous);
  const rows = { accountId, currency, period: current.date_range };
  const shared = { xs: 24, sm: 12, listName: 'transactions' };
  const amount = (text: string) => formatAmount(text, currency);
  const comparison = (field: 'total_spend' | 'total_income') => {
    const change = formatChange(now[field], before[field]);
    return `Previous: ${amount(before[field])}${change === null ? '' : ` (${change})`}`;
  };
  return (
    <section aria-label="Totals">
      <Row gutter={[16, 16]}>
        <Figure
          {...shared}
          label="Transactions"
          value={formatCount(now.transaction_count)}
          to={transactionsPath(rows)}
          note={`Previous: ${formatCount(before.transaction_count)}`}
        />
        <Figure
          {...shared}
          label={`Spend, ${currency}`}
          value={amount(now.total_spend)}
          to={transactionsPath(rows, [isSpend])}
          note={comparison('total_spend')}
        />
        <Figure
          {...shared}
          label={`Income, ${currency}`}
          value={amount(now.total_income)}
          to={transactionsPath(rows, [isIncome])}
          note={comparison('total_income')}
        />
        <Figure
          {...shared}
          label={`Net, ${currency}`}
          value={amount(now.net_amount)}
          to={transactionsPath(rows)}
          note={`Previous: ${amount(before.net_amount)}`}
        />
      </Row>
      <Typography.Text type="secondary" style={{ display: 'block', marginTop: 8, fontSize: 13 }}>
        The previous period is {previous.date_range.start} to {previous.date_range.end}.
      </Typography.Text>
    </section>
  );
}
