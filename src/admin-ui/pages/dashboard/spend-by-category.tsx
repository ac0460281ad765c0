import { Button, Flex, Typography } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { DashboardBody } from '../../../api/admin/dashboard/schema.ts';
import { ColorDot } from '../../components/category-mark.tsx';
import { ChooseCurrency } from '../../components/choose-currency.tsx';
import { Money } from '../../components/money.tsx';
import { EmptyState } from '../../components/states.tsx';
import { isCategory, isSpend, transactionsPath } from '../../components/transactions-path.ts';
import { formatCount } from '../../format/format-count.ts';
import { useCurrency } from './use-currency.ts';

type Spend = DashboardBody['spend_by_category'][number];

/** As many as fit beside the chart of the days. */
const shownCategories = 8;

const amountOf = ({ total_spend }: Spend): number => Math.abs(Number(total_spend));

/** The bars are a list of links, so that screen readers can read it. */
export function SpendByCategory({ dashboard }: { dashboard: DashboardBody }) {
  const { spend_by_category, date_range } = dashboard;
  const { currency, ...choice } = useCurrency(spend_by_category);
  const [isWhole, setIsWhole] = useState(false);
  const spends = spend_by_category
    .filter((spend) => spend.currency === currency && amountOf(spend) > 0)
    .sort((a, b) => amountOf(b) - amountOf(a));
  if (currency === undefined || spends[0] === undefined)
    return <EmptyState title="No spend in this period" />;
  const maxAmount = amountOf(spends[0]);
  return (
    <Flex vertical gap={12}>
      <ChooseCurrency label="Currency of the categories" currency={currency} {...choice} />
      <Flex vertical gap={10} component="ul" className="plain-list">
        {spends.slice(0, isWhole ? undefined : shownCategories).map((spend) => (
          <li key={spend.category}>
            <Flex justify="space-between" gap={8}>
              <Link
                to={transactionsPath({ currency, period: date_range }, [
                  isCategory(spend.category_id),
                  isSpend,
                ])}
              >
                <Flex align="center" gap={8}>
                  <ColorDot color={spend.color ?? 'var(--ant-color-border)'} />
                  <span>
                    {spend.category}{' '}
                    <Typography.Text type="secondary">
                      {formatCount(spend.transaction_count)}
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
                width: `${Math.max(1, (amountOf(spend) / maxAmount) * 100)}%`,
                background: spend.color ?? 'var(--ant-color-border)',
              }}
            />
          </li>
        ))}
      </Flex>
      {spends.length > shownCategories && (
        <Button type="link" style={{ alignSelf: 'start' }} onClick={() => setIsWhole(!isWhole)}>
          {isWhole ? 'Show fewer' : `Show all ${formatCount(spends.length)} categories`}
        </Button>
      )}
    </Flex>
  );
}
