import { Table, type TableColumnsType, Typography } from 'antd';
import { Link } from 'react-router';
import type { OverviewAnswer } from '../../../api/admin/accounts/schema.ts';
import { ColorDot } from '../../components/category-mark.tsx';
import { isCategory, isSpend, transactionsPath } from '../../components/transactions-path.ts';
import { formatAmount } from '../../format/format-amount.ts';
import { formatChange } from '../../format/format-change.ts';
import { formatCount } from '../../format/format-count.ts';

import type { Period } from './use-period.ts';

type Entry = OverviewAnswer['by_category'][number];

/** A floating-point number is exact enough for the length of a bar. */
const lengthOf = (amount: string): number => Math.abs(Number(amount));

interface CategoryTableProps {
  overview: OverviewAnswer;
  currency: string;
}

/** A table with a bar for each category, and a thinner one for the previous period. */
export function CategoryTable({ overview, currency }: CategoryTableProps) {
  const { account_id: accountId, current, previous, by_category } = overview;
  const entries = by_category.filter((entry) => entry.currency === currency);
  const maxLength = Math.max(
    ...entries.flatMap(({ total_spend, previous_spend }) => [
      lengthOf(total_spend),
      lengthOf(previous_spend),
    ]),
  );
  const spendPath = (entry: Entry, period: Period) =>
    transactionsPath({ accountId, currency, period }, [isCategory(entry.category_id), isSpend]);

  const columns: TableColumnsType<Entry> = [
    {
      title: 'Category',
      dataIndex: 'category',
      render: (name: string, entry) => (
        <div style={{ minWidth: 110 }}>
          <span style={{ display: 'flex', alignItems: 'center', gap: 8 }}>
            <ColorDot color={entry.color ?? 'var(--ant-color-border)'} />
            {name}
          </span>
          <Bar length={lengthOf(entry.total_spend) / maxLength} color={entry.color} height={6} />
          <Bar
            length={lengthOf(entry.previous_spend) / maxLength}
            color="var(--ant-color-text-quaternary)"
            height={3}
          />
        </div>
      ),
    },
    {
      title: 'Spend',
      dataIndex: 'total_spend',
      align: 'right',
      className: 'numeric',
      render: (amount: string, entry) => (
        <Link to={spendPath(entry, current.date_range)}>{formatAmount(amount, currency)}</Link>
      ),
    },
    {
      title: 'Previous period',
      dataIndex: 'previous_spend',
      align: 'right',
      className: 'numeric',
      render: (amount: string, entry) => (
        <>
          <Link to={spendPath(entry, previous.date_range)}>{formatAmount(amount, currency)}</Link>
          <Typography.Text type="secondary" style={{ display: 'block', fontSize: 12 }}>
            {formatChange(entry.total_spend, amount)}
          </Typography.Text>
        </>
      ),
    },
    {
      title: 'Transactions',
      dataIndex: 'transaction_count',
      align: 'right',
      className: 'numeric',
      responsive: ['sm'],
      render: (count: number, entry) => (
        <Link
          to={transactionsPath({ accountId, currency, period: current.date_range }, [
            isCategory(entry.category_id),
          ])}
        >
          {formatCount(count)}
        </Link>
      ),
    },
  ];
  return (
    <Table<Entry>
      aria-label={`Spend by category, ${currency}`}
      size="middle"
      rowKey={({ category_id }) => String(category_id)}
      columns={columns}
      dataSource={entries}
      pagination={false}
    />
  );
}

function Bar({ length, color, height }: { length: number; color: string | null; height: number }) {
  return (
    <div
      aria-hidden
      style={{
        height,
        marginTop: 3,
        borderRadius: height / 2,
        width: `${Number.isFinite(length) ? length * 100 : 0}%`,
        background: color ?? 'var(--ant-color-border)',
      }}
    />
  );
}
