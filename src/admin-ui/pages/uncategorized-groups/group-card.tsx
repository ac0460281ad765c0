import { Button, Card, Flex, Tag, Typography } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { SuggestionBody } from '../../../api/admin/suggestions/schema.ts';
import { ChooseCategory } from '../../components/choose-category.tsx';
import { Decision } from '../../components/decision.tsx';
import { DecisionExplanation } from '../../components/decision-explanation.tsx';
import { listPath } from '../../components/lists/list-path.ts';
import { Money } from '../../components/money.tsx';
import { isUncategorized } from '../../components/transactions-path.ts';
import { pluralize } from '../../format/format-count.ts';
import { PatternForm } from './pattern-form.tsx';
import type { Settled } from './settled-group.tsx';

export interface GroupActions {
  /** Sets the suggested category, or the given one, for all transactions of the group. */
  accept: (group: SuggestionBody, categoryId?: number) => void;
  reject: (group: SuggestionBody) => void;
  /** Begins or ends the choice of another category. */
  choose: (group: SuggestionBody, isChoosing: boolean) => void;
}

interface GroupCardProps {
  group: SuggestionBody;
  /** Null for who may not change anything. */
  actions: GroupActions | null;
  isChoosing: boolean;
  onSettled: (settled: Settled) => void;
}

/** An uncategorized merchant with the suggestion for it, and a form for the pattern that would categorize it. */
export function GroupCard({ group, actions, isChoosing, onSettled }: GroupCardProps) {
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
          {group.category_id !== null && <SuggestedCategory group={group} />}
        </div>
        {actions !== null && !isOpen && (
          <Actions
            group={group}
            actions={actions}
            isChoosing={isChoosing}
            onCreatePattern={() => setIsOpen(true)}
          />
        )}
      </Flex>
      {isOpen && (
        <PatternForm group={group} onCancel={() => setIsOpen(false)} onSaved={onSettled} />
      )}
    </Card>
  );
}

function SuggestedCategory({ group }: { group: SuggestionBody }) {
  const { category_id, category, source, confidence, explanation } = group;
  return (
    <Flex vertical style={{ marginTop: 8 }}>
      <Flex wrap gap="0 8px">
        <Typography.Text type="secondary">
          {isSure(group) ? 'Suggested:' : 'A guess:'}
        </Typography.Text>
        <Decision
          categoryId={category_id}
          category={category}
          source={source}
          confidence={confidence}
        />
      </Flex>
      {explanation !== null && (
        <Typography.Text type="secondary" style={{ overflowWrap: 'anywhere' }}>
          <DecisionExplanation explanation={explanation} />
        </Typography.Text>
      )}
    </Flex>
  );
}

interface ActionsProps {
  group: SuggestionBody;
  actions: GroupActions;
  isChoosing: boolean;
  onCreatePattern: () => void;
}

function Actions({ group, actions, isChoosing, onCreatePattern }: ActionsProps) {
  const { name, category, category_id } = group;
  const choice = category_id === null ? 'Set category' : 'Other category';
  if (isChoosing)
    return (
      <ChooseCategory
        label={`Category for ${name}`}
        excludedId={category_id}
        onChoose={(id) => actions.accept(group, id)}
        onCancel={() => actions.choose(group, false)}
      />
    );
  return (
    <Flex wrap gap={8}>
      {category_id !== null && (
        <>
          <Button
            type={isSure(group) ? 'primary' : 'default'}
            aria-label={`Accept ${category} for ${name}`}
            onClick={() => actions.accept(group)}
          >
            Accept
          </Button>
          <Button
            aria-label={`Reject ${category} for ${name}`}
            onClick={() => actions.reject(group)}
          >
            Reject
          </Button>
        </>
      )}
      <Button aria-label={`${choice} for ${name}`} onClick={() => actions.choose(group, true)}>
        {choice}
      </Button>
      <Button aria-label={`Create pattern for ${name}`} onClick={onCreatePattern}>
        Create pattern
      </Button>
    </Flex>
  );
}

/** Whether the suggestion is more often right than wrong. */
const isSure = ({ confidence }: SuggestionBody): boolean => (confidence ?? 0) >= 0.5;

const rowsOf = ({ pattern, name }: SuggestionBody): string =>
  listPath('/transactions', [
    isUncategorized,
    { field: 'q', operator: 'eq', value: pattern ?? name },
  ]);
