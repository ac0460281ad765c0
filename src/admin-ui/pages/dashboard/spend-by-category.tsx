import { Button, Flex, Typography } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { DashboardBody } from '../../../api/admin/dashboard/schema.ts';
import { ColorDot } from '../../components/category-mark.tsx';
import { Money } from '../../components/money.tsx';
import { isCategory, isSpend, rowsPath } from '../../components/rows-path.ts';
import { EmptyState } from '../../components/states.tsx';
import { ChooseCurrency, useCurrency } from './choose-currency.tsx';

type Spend = DashboardBody['spend_by_category'][number];

/** As many as stand beside the chart of the days. */
const shownCategories = 8;

const amountOf = ({ total_spend }: Spend): number => Math.abs(Number(total_spend));

/** Bars as a list, so that each row is a link, and is read like one. */
export function SpendByCategory({ dashboard }: { dashboard: DashboardBody }) {
  const { spend_by_category, date_range } = dashboard;
  const choice = useCurrency(spend_by_category);
  const [isWhole, setIsWhole] = useState(false);
  const { currency } = choice;
  const spends = spend_by_category
    .filter((spend) => spend.currency === currency && amountOf(spend) > 0)
    .sort((a, b) => amountOf(b) - amountOf(a));
  if (currency === undefined || spends[0] === undefined)
    return <EmptyState title="Nothing was spent in these days" />;
  const most = amountOf(spends[0]);
  return (
    <Flex vertical gap={12}>
      <ChooseCurrency label="Currency of the categories" {...choice} />
      <Flex vertical gap={10} component="ul" className="plain-list">
        {spends.slice(0, isWhole ? undefined : shownCategories).map((spend) => (
          <li key={spend.category}>
            <Flex justify="space-between" gap={8}>
              <Link to={rowsPath({ currency, period: date_range }, rowsOf(spend))}>
                <Flex align="center" gap={8}>
                  <ColorDot color={spend.color ?? 'var(--ant-color-border)'} />
                  <span>
                    {spend.category}{' '}
                    <Typography.Text type="secondary">
                      {spend.transaction_count.toLocaleString()}
                    </Typography.Text>
                  </span>
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
      {spends.length > shownCategories && (
        <Button type="link" style={{ alignSelf: 'start' }} onClick={() => setIsWhole(!isWhole)}>
          {isWhole ? `The first ${shownCategories}` : `All ${spends.length} categories`}
        </Button>
      )}
    </Flex>
  );
}

const rowsOf = ({ category_id }: Spend) => [isCategory(category_id), isSpend];
