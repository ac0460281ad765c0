import { Flex, Segmented } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { DashboardBody } from '../../../api/admin/dashboard/schema.ts';
import { ColorDot } from '../../components/category-mark.tsx';
import { listPath } from '../../components/list-path.ts';
import { Money } from '../../components/money.tsx';
import { EmptyState } from '../../components/states.tsx';
import { currenciesOf } from './currencies-of.ts';

type Spend = DashboardBody['spend_by_category'][number];

/** More than these are read in the account's report. */
const shownCategories = 8;

const amountOf = ({ total_spend }: Spend): number => Math.abs(Number(total_spend));

/** Bars as a list, so that each row is a link, and is read like one. */
export function SpendByCategory({ dashboard }: { dashboard: DashboardBody }) {
  const { spend_by_category, date_range } = dashboard;
  const currencies = currenciesOf(spend_by_category);
  const [chosen, setChosen] = useState<string | null>(null);
  const currency = currencies.find((known) => known === chosen) ?? currencies[0];
  const spends = spend_by_category
    .filter((spend) => spend.currency === currency && amountOf(spend) > 0)
    .sort((a, b) => amountOf(b) - amountOf(a));
  if (currency === undefined || spends[0] === undefined)
    return <EmptyState title="Nothing was spent in these days" />;
  const most = amountOf(spends[0]);
  return (
    <Flex vertical gap={12}>
      {currencies.length > 1 && (
        <Segmented
          aria-label="Currency of the categories"
          options={currencies}
          value={currency}
          onChange={setChosen}
          style={{ alignSelf: 'start', maxWidth: '100%', overflow: 'auto' }}
        />
      )}
      <Flex vertical gap={10} component="ul" className="plain-list">
        {spends.slice(0, shownCategories).map((spend) => (
          <li key={spend.category}>
            <Flex justify="space-between" gap={8}>
              <Link to={rowsOf(spend, date_range)}>
                <Flex align="center" gap={8}>
                  <ColorDot color={spend.color ?? 'var(--ant-color-border)'} />
                  {spend.category}
                </Flex>
              </Link>
              <Money amount={spend.total_spend} currency={spend.currency} />
            </Flex>
            <div
              aria-hidden
              style={{
                height: 6,
                marginTop: 4,
                borderRadius: 3,
                width: `${Math.max(1, (amountOf(spend) / most) * 100)}%`,
                background: spend.color ?? 'var(--ant-color-border)',
              }}
            />
          </li>
        ))}
      </Flex>
    </Flex>
  );
}

const rowsOf = (spend: Spend, { start, end }: DashboardBody['date_range']): string =>
  listPath('/transactions', [
    spend.category_id === null
      ? { field: 'uncategorized', operator: 'eq', value: true }
      : { field: 'category_id', operator: 'eq', value: spend.category_id },
    { field: 'currency', operator: 'eq', value: spend.currency },
    { field: 'date', operator: 'gte', value: start },
    { field: 'date', operator: 'lte', value: end },
    { field: 'amount', operator: 'lte', value: '-0.01' },
  ]);
