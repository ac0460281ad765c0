import { useList } from '@refinedev/core';
import { type TableColumnsType, Typography } from 'antd';
import { Link } from 'react-router';
import type { AdminBatchBody } from '../../../api/admin/batches/schema.ts';
import type { AdminTransactionBody } from '../../../api/admin/transactions/schema.ts';
import { ListTable } from '../../components/list-table.tsx';
import { Money } from '../../components/money.tsx';
import { batchRowsPath } from '../../components/rows-path.ts';
import { EmptyState } from '../../components/states.tsx';

/** Enough to see what they have in common. */
const maxShown = 10;

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

/** The first rows of a batch that failed, in the order they were sent. */
export function FailedRows({ batch }: { batch: AdminBatchBody }) {
  const failedCount = batch.processing_status.failed;
  const { result, query } = useList<AdminTransactionBody>({
    resource: 'transactions',
    pagination: { pageSize: maxShown },
    sorters: [{ field: 'id', order: 'asc' }],
    filters: [
      { field: 'batch_id', operator: 'eq', value: batch.id },
      { field: 'status', operator: 'eq', value: 'failed' },
    ],
    errorNotification: false,
  });
  return (
    <section>
      <Typography.Title level={2} style={{ fontSize: 18 }}>
        Rows that failed
      </Typography.Title>
      <ListTable<AdminTransactionBody>
        label="Rows that failed"
        query={query}
        columns={columns}
        dataSource={query.data === undefined ? undefined : result.data}
        loading={query.isLoading}
        pagination={false}
        empty={<EmptyState title="None of them is failed any more" />}
        footer={
          failedCount > maxShown
            ? () => (
                <Link to={batchRowsPath(batch.id, 'status', 'failed')}>
                  All {failedCount.toLocaleString()} of them
                </Link>
              )
            : undefined
        }
      />
    </section>
  );
}
