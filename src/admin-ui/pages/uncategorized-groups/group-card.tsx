import { Button, Card, Flex, Tag, Typography } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { listPath } from '../../components/lists/list-path.ts';
import { Money } from '../../components/money.tsx';
import { isUncategorized } from '../../components/transactions-path.ts';
import { pluralize } from '../../format/format-count.ts';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';
import { type Group, PatternForm } from './pattern-form.tsx';
import type { Settled } from './settled-group.tsx';

interface GroupCardProps {
  group: Group;
  onSettled: (settled: Settled) => void;
}

/** An uncategorized merchant, with a form for the pattern that would categorize it. */
export function GroupCard({ group, onSettled }: GroupCardProps) {
  const mayChange = useIsAllowed('create', 'category-patterns');
  const [isOpen, setIsOpen] = useState(false);

  return (
    <Card size="small">
      <Flex wrap gap={16} justify="space-between" align="start">
        <div style={{ flex: '1 1 280px', minWidth: 0 }}>
          <Flex wrap gap={8} align="baseline">
            <Typography.Text strong style={{ fontSize: 15 }}>
              {group.name === '' ? 'No text' : group.name}
            </Typography.Text>
            <Link to={rowsOf(group)}>{pluralize(group.transaction_count, 'transaction')}</Link>
          </Flex>
          <Flex wrap style={{ margin: '2px 0 6px', columnGap: 12 }}>
            {group.amounts.map(({ currency, amount }) => (
              <Money key={currency} amount={amount} currency={currency} />
            ))}
          </Flex>
          <Flex wrap gap={4}>
            {group.samples.slice(0, 3).map((sample) => (
              <Tag
                key={sample}
                style={{ maxWidth: '100%', overflow: 'hidden', textOverflow: 'ellipsis' }}
              >
                {sample}
              </Tag>
            ))}
          </Flex>
        </div>
        {mayChange && !isOpen && (
          <Button onClick={() => setIsOpen(true)} aria-label={`Categorize ${group.name}`}>
            Categorize
          </Button>
        )}
      </Flex>
      {isOpen && (
        <PatternForm group={group} onCancel={() => setIsOpen(false)} onSaved={onSettled} />
      )}
    </Card>
  );
}

const rowsOf = ({ pattern, name }: Group): string =>
  listPath('/transactions', [
    isUncategorized,
    { field: 'q', operator: 'eq', value: pattern ?? name },
  ]);
