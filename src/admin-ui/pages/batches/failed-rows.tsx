import { useList } from '@refinedev/core';
import { type TableColumnsType, Typography } from 'antd';
import { Link } from 'react-router';
import type { AdminBatchBody } from '../../../api/admin/batches/schema.ts';
import type { AdminTransactionBody } from '../../../api/admin/transactions/schema.ts';
import { ListTable } from '../../components/lists/list-table.tsx';
import { Money } from '../../components/money.tsx';
import { EmptyState } from '../../components/states.tsx';
import { isStatus, transactionsPath } from '../../components/transactions-path.ts';
import { formatCount } from '../../format/format-count.ts';

/** Enough to see what the failed rows have in common. */
const maxShownRows = 10;

const columns: TableColumnsType<AdminTransactionBody> = [
  {
    title: 'Merchant or description',
    key: 'text',
    width: 320,
    ellipsis: true,
    render: (_, { id, merchant_name, description, transaction_id }) => (
      <Link to={`/transactions/${id}`}>{merchant_name ?? description ?? transaction_id}</Link>
    ),
  },
  { title: 'Date', dataIndex: 'date' },
  {
    title: 'Amount',
    dataIndex: 'amount',
    align: 'right',
    render: (amount: string, { currency }) => <Money amount={amount} currency={currency} />,
  },
  { title: 'Account', dataIndex: 'account_id' },
  { title: 'Transaction id', dataIndex: 'transaction_id' },
];

/** The first failed rows of a batch, in the order in which they were sent. */
export function FailedRows({ batch }: { batch: AdminBatchBody }) {
  const failedCount = batch.processing_status.failed;
  const { result, query } = useList<AdminTransactionBody>({
    resource: 'transactions',
    pagination: { pageSize: maxShownRows },
    sorters: [{ field: 'id', order: 'asc' }],
    filters: [{ field: 'batch_id', operator: 'eq', value: batch.id }, isStatus('failed')],
    errorNotification: false,
  });
  return (
    <section>
      <Typography.Title level={2} style={{ fontSize: 18 }}>
        Failed rows
      </Typography.Title>
      <ListTable<AdminTransactionBody>
        label="Failed rows"
        query={query}
        columns={columns}
        dataSource={query.data === undefined ? undefined : result.data}
        loading={query.isLoading}
        pagination={false}
        empty={<EmptyState title="No failed rows left" />}
        footer={
          failedCount > maxShownRows
            ? () => (
                <Link to={transactionsPath({ batchId: batch.id }, [isStatus('failed')])}>
                  View all {formatCount(failedCount)} failed rows
                </Link>
              )
            : undefined
        }
      />
    </section>
  );
}
