import { useOne, useUpdate, useUpdateMany } from '@refinedev/core';
import { Button, Descriptions, Drawer, Flex, Typography } from 'antd';
import { Link } from 'react-router';
import type { AdminTransactionBody } from '../../../api/admin/transactions/schema.ts';
import { accountPath } from '../../components/account-path.ts';
import { CategoryMark } from '../../components/category-mark.tsx';
import { CategorySelect } from '../../components/category-select.tsx';
import { CopyText } from '../../components/copy-text.tsx';
import { sourceText } from '../../components/decision.tsx';
import { History } from '../../components/history.tsx';
import { Money } from '../../components/money.tsx';
import { NeedsReviewTag } from '../../components/needs-review-tag.tsx';
import { ErrorState, LoadingState } from '../../components/states.tsx';
import { StatusTag } from '../../components/status-tag.tsx';
import { useCategories } from '../../hooks/use-categories.ts';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';
import { done, notDone } from '../../providers/messages.ts';
import { TransactionExplanation } from './transaction-explanation.tsx';

interface TransactionDrawerProps {
  /** The transaction that is shown; undefined closes the drawer. */
  id: string | undefined;
  onClose: () => void;
}

export function TransactionDrawer({ id, onClose }: TransactionDrawerProps) {
  const { result: transaction, query } = useOne<AdminTransactionBody>({
    resource: 'transactions',
    id: id ?? '',
    queryOptions: { enabled: id !== undefined },
    errorNotification: false,
  });
  return (
    <Drawer
      open={id !== undefined}
      onClose={onClose}
      title={transaction?.merchant_name ?? transaction?.description ?? 'Transaction'}
      width="min(480px, 100vw)"
    >
      {query.error !== null ? (
        <ErrorState detail={query.error.message} onRetry={() => void query.refetch()} />
      ) : transaction === undefined ? (
        <LoadingState rows={8} />
      ) : (
        <Detail transaction={transaction} />
      )}
    </Drawer>
  );
}

function Detail({ transaction }: { transaction: AdminTransactionBody }) {
  const { amount, currency, date, description, merchant_name } = transaction;
  const { category_source, category_confidence } = transaction;
  return (
    <Flex vertical gap={24}>
      <Typography.Text strong style={{ fontSize: 24 }}>
        <Money amount={amount} currency={currency} />
      </Typography.Text>
      <Category transaction={transaction} />
      <Descriptions
        column={1}
        size="small"
        items={[
          { key: 'date', label: 'Date', children: date },
          { key: 'merchant', label: 'Merchant', children: merchant_name ?? '–' },
          { key: 'description', label: 'Description', children: description ?? '–' },
          {
            key: 'status',
            label: 'Status',
            children: <StatusTag status={transaction.ingestion_status} />,
          },
          {
            key: 'source',
            label: 'Category decided by',
            children:
              category_source === null ? '–' : sourceText(category_source, category_confidence),
          },
          {
            key: 'account',
            label: 'Account',
            children: (
              <Link to={accountPath(transaction.account_id)}>{transaction.account_id}</Link>
            ),
          },
          {
            key: 'id',
            label: 'Transaction id',
            children: <CopyText text={transaction.transaction_id} />,
          },
          {
            key: 'batch',
            label: 'Batch',
            children: (
              <Link to={`/batches/${transaction.batch_id}`} style={{ wordBreak: 'break-all' }}>
                {transaction.batch_id}
              </Link>
            ),
          },
        ]}
      />
      <History resource="transactions" id={transaction.id} />
    </Flex>
  );
}

/** Shows the category and why it is set, and lets the user set another one. */
function Category({ transaction }: { transaction: AdminTransactionBody }) {
  const mayChange = useIsAllowed('edit', 'transactions');
  const { categories, colorOf } = useCategories();
  const { mutate, mutation } = useUpdate<AdminTransactionBody>();
  const { mutate: clear, mutation: clearing } = useUpdateMany();
  const { id, category_id, category } = transaction;

  /** The drawer and the list show it at once, and take it back when the API refuses it. */
  function setCategory(chosen: number | null | undefined) {
    const categoryId = chosen ?? null;
    const expected: AdminTransactionBody = {
      ...transaction,
      category_id: categoryId,
      category: categories.find((one) => one.id === categoryId)?.name ?? null,
      category_source: 'manual',
      category_confidence: null,
      needs_review: false,
    };
    mutate({
      resource: 'transactions',
      id,
      values: { category_id: categoryId },
      mutationMode: 'optimistic',
      optimisticUpdateMap: {
        list: (previous) => ({
          ...previous,
          total: previous?.total ?? 0,
          data: (previous?.data ?? []).map((row) => (row.id === id ? expected : row)),
        }),
        many: false,
        detail: (previous) => ({ ...previous, data: expected }),
      },
      successNotification: done('Category set'),
      errorNotification: notDone('Could not set the category'),
    });
  }

  function clearManual() {
    clear({
      resource: 'transactions',
      ids: [id],
      values: {},
      meta: { action: 'bulk-clear-manual' },
      successNotification: done('Category reset to automatic'),
      errorNotification: notDone('Could not reset the category'),
    });
  }

  return (
    <Flex vertical gap={8}>
      {mayChange ? (
        <CategorySelect
          allowClear
          aria-label="Category"
          placeholder="Uncategorized"
          value={category_id}
          loading={mutation.isPending}
          onChange={setCategory}
        />
      ) : (
        <CategoryMark id={category_id} name={category} color={colorOf(category_id)} isLink />
      )}
      {/* The API explains the stored category, so the explanation waits for it. */}
      {mutation.isPending ? (
        <LoadingState rows={2} />
      ) : (
        <TransactionExplanation transaction={transaction} />
      )}
      <Flex wrap gap={8} align="center">
        {transaction.needs_review && <NeedsReviewTag />}
        {mayChange && transaction.needs_review && (
          <Button size="small" onClick={() => setCategory(category_id)}>
            Confirm
          </Button>
        )}
        {mayChange && transaction.category_source === 'manual' && (
          <Button size="small" loading={clearing.isPending} onClick={clearManual}>
            Reset to automatic
          </Button>
        )}
      </Flex>
    </Flex>
  );
}
