import { Table, type TableColumnsType, Typography } from 'antd';
import { Link } from 'react-router';
import type { OverviewAnswer } from '../../../api/admin/accounts/schema.ts';
import { ColorDot } from '../../components/category-mark.tsx';
import { changeOf } from '../../components/change-of.ts';
import { isCategory, isSpend, rowsPath } from '../../components/rows-path.ts';

type Entry = OverviewAnswer['by_category'][number];

/** A number of it is exact enough for the length of a bar. */
const lengthOf = (amount: string): number => Math.abs(Number(amount));

/** A chart that is a table: a bar a category, and a thinner one for the period before. */
export function CategoryTable({
  overview,
  currency,
}: {
  overview: OverviewAnswer;
  currency: string;
}) {
  const { account_id: accountId, current, previous, by_category } = overview;
  const entries = by_category.filter((entry) => entry.currency === currency);
  const most = Math.max(
    ...entries.flatMap(({ total_spend, previous_spend }) => [
      lengthOf(total_spend),
      lengthOf(previous_spend),
    ]),
  );
  const to = (entry: Entry, period = current.date_range) =>
    rowsPath({ accountId, currency, period }, [isCategory(entry.category_id), isSpend]);

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
          <Bar length={lengthOf(entry.total_spend) / most} color={entry.color} height={6} />
          <Bar
            length={lengthOf(entry.previous_spend) / most}
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
      render: (amount: string, entry) => <Link to={to(entry)}>{amount}</Link>,
    },
    {
      title: 'Before',
      dataIndex: 'previous_spend',
      align: 'right',
      className: 'numeric',
      render: (amount: string, entry) => (
        <>
          <Link to={to(entry, previous.date_range)}>{amount}</Link>
          <Typography.Text type="secondary" style={{ display: 'block', fontSize: 12 }}>
            {changeOf(entry.total_spend, amount)}
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
          to={rowsPath({ accountId, currency, period: current.date_range }, [
            isCategory(entry.category_id),
          ])}
        >
          {count.toLocaleString()}
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
