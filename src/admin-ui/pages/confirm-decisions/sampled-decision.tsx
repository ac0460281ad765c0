import { CheckCircleOutlined } from '@ant-design/icons';
import { Button, Card, Flex, Typography } from 'antd';
import { Link } from 'react-router';
import type { SampledDecisionBody } from '../../../api/admin/learning/sample-schema.ts';
import { CategoryMark, deletedCategory } from '../../components/category-mark.tsx';
import { ChooseCategory } from '../../components/choose-category.tsx';
import { Decision } from '../../components/decision.tsx';
import { Money } from '../../components/money.tsx';
import { useCategories } from '../../hooks/use-categories.ts';
import type { AnsweredCategory, SampleActions } from './use-answers.ts';

interface SampledDecisionProps {
  row: SampledDecisionBody;
  /** What was answered in this window. */
  answer: AnsweredCategory | undefined;
  isAnswered: boolean;
  isChoosing: boolean;
  /** Null for who may not change anything. */
  actions: SampleActions | null;
}

/** A transaction with the category that was decided for it, to be confirmed or corrected. */
export function SampledDecision(props: SampledDecisionProps) {
  const { row, answer, isAnswered, isChoosing, actions } = props;
  const { transaction, decided_category_id, decided_category } = row;
  const text = transaction.merchant_name ?? transaction.description ?? transaction.transaction_id;
  return (
    <Card size="small">
      <Flex wrap gap="8px 16px" justify="space-between" align="center">
        <div style={{ flex: '1 1 280px', minWidth: 0 }}>
          <Flex wrap gap="0 12px" align="baseline">
            <Link to={`/transactions/${transaction.id}`} style={{ overflowWrap: 'anywhere' }}>
              {text}
            </Link>
            <Money amount={transaction.amount} currency={transaction.currency} />
            <span className="numeric">{transaction.date}</span>
          </Flex>
          {transaction.merchant_name !== null && transaction.description !== null && (
            <Typography.Text type="secondary" style={{ overflowWrap: 'anywhere' }}>
              {transaction.description}
            </Typography.Text>
          )}
          <Decision
            categoryId={decided_category_id}
            category={decided_category ?? deletedCategory}
            // An answered row is set by hand, so it no longer says who had decided.
            source={isAnswered ? null : transaction.category_source}
            confidence={transaction.category_confidence}
          />
        </div>
        {isAnswered ? (
          <Answer row={row} answer={answer} />
        ) : (
          actions !== null && (
            <Flex wrap gap={8}>
              {isChoosing ? (
                <ChooseCategory
                  label={`Category for ${text}`}
                  excludedId={decided_category_id}
                  onChoose={(id) => actions.answer(row, id)}
                  onCancel={() => actions.choose(row, false)}
                />
              ) : (
                <>
                  {decided_category !== null && (
                    <Button
                      type="primary"
                      aria-label={`Confirm ${decided_category} for ${text}`}
                      onClick={() => actions.answer(row)}
                    >
                      Confirm
                    </Button>
                  )}
                  <Button
                    aria-label={`Other category for ${text}`}
                    onClick={() => actions.choose(row, true)}
                  >
                    Other category
                  </Button>
                </>
              )}
            </Flex>
          )
        )}
      </Flex>
    </Card>
  );
}

/** The answer that was given now, or earlier, when it is what the row has. */
function Answer({
  row,
  answer,
}: {
  row: SampledDecisionBody;
  answer: AnsweredCategory | undefined;
}) {
  const { colorOf } = useCategories();
  const id = answer?.id ?? row.transaction.category_id;
  const name = answer?.name ?? row.transaction.category;
  const isConfirmed = id === row.decided_category_id;
  return (
    <Flex gap={8} align="center">
      <CheckCircleOutlined style={{ color: 'var(--ant-color-success)' }} />
      {isConfirmed ? (
        'Confirmed'
      ) : (
        <>
          Corrected to <CategoryMark id={id} name={name} color={colorOf(id)} />
        </>
      )}
    </Flex>
  );
}
