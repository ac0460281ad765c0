import type { TableColumnsType } from 'antd';
import { Link } from 'react-router';
import { formatAmount } from '../../format/format-amount.ts';
import { formatCount } from '../../format/format-count.ts';
import { isIncome, isSpend, transactionsPath } from '../transactions-path.ts';

interface Entry {
  currency: string;
  total_spend: string;
  total_income: string;
  transaction_count: number;
}

/** Columns for the figures of a day or a month, each of which links to its transactions. */
export function spendAndIncomeColumns<Row extends Entry>(
  transactionsOf: (row: Row) => Parameters<typeof transactionsPath>[0],
): TableColumnsType<Row> {
  const shared = { align: 'right', className: 'numeric' } as const;
  return [
    {
      ...shared,
      title: 'Spend',
      dataIndex: 'total_spend',
      render: (amount: string, row) => (
        <Link to={transactionsPath(transactionsOf(row), [isSpend])}>
          {formatAmount(amount, row.currency)}
        </Link>
      ),
    },
    {
      ...shared,
      title: 'Income',
      dataIndex: 'total_income',
      render: (amount: string, row) => (
        <Link to={transactionsPath(transactionsOf(row), [isIncome])}>
          {formatAmount(amount, row.currency)}
        </Link>
      ),
    },
    {
      ...shared,
      title: 'Transactions',
      dataIndex: 'transaction_count',
      responsive: ['sm'],
      render: (count: number, row) => (
        <Link to={transactionsPath(transactionsOf(row))}>{formatCount(count)}</Link>
      ),
    },
  ];
}
