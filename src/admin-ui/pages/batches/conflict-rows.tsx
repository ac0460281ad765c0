import { Card, Flex, Table, type TableColumnsType, Tag, Typography } from 'antd';
import { Link } from 'react-router';
import type { AdminBatchWithConflictsBody } from '../../../api/admin/batches/schema.ts';
import type { ConflictField } from '../../../domain/transaction.ts';
import { accountPath } from '../../components/account-path.ts';
import { formatCount } from '../../format/format-count.ts';

type Conflict = AdminBatchWithConflictsBody['conflicts'][number];

const fieldNames: Record<ConflictField, string> = {
  amount: 'Amount',
  currency: 'Currency',
  date: 'Date',
  merchant_name: 'Merchant',
  description: 'Description',
};

/** The first duplicates of a batch that differ from the stored transaction. */
export function ConflictRows({ batch }: { batch: AdminBatchWithConflictsBody }) {
  const { conflicts, conflict_count } = batch;
  const columns: TableColumnsType<Conflict> = [
    {
      title: 'Row (from 0)',
      dataIndex: 'row',
      align: 'right',
      render: formatCount,
    },
    {
      title: 'Account',
      dataIndex: 'account_id',
      render: (id: string) => <Link to={accountPath(id)}>{id}</Link>,
    },
    { title: 'Transaction id', dataIndex: 'transaction_id' },
    {
      title: 'Differs in',
      dataIndex: 'fields',
      render: (fields: ConflictField[]) => (
        <Flex gap={4} wrap>
          {fields.map((field) => (
            <Tag key={field}>{fieldNames[field]}</Tag>
          ))}
        </Flex>
      ),
    },
    {
      title: 'Stored in',
      dataIndex: 'stored_batch_id',
      render: (id: string) =>
        id === batch.id ? 'This batch' : <Link to={`/batches/${id}`}>Batch {id}</Link>,
    },
  ];
  return (
    <section>
      <Typography.Title level={2} style={{ fontSize: 18 }}>
        Conflicts
      </Typography.Title>
      <Typography.Paragraph type="secondary">
        These rows have the id of a stored transaction, but other values. The stored transactions
        did not change.
        {conflict_count > conflicts.length &&
          ` Showing the first ${formatCount(conflicts.length)} of ${formatCount(conflict_count)}.`}
      </Typography.Paragraph>
      <Card styles={{ body: { padding: 0 } }}>
        <Table<Conflict>
          rowKey="row"
          size="middle"
          scroll={{ x: 'max-content' }}
          aria-label="Conflicts"
          columns={columns}
          dataSource={conflicts}
          pagination={{ pageSize: 25, hideOnSinglePage: true, showSizeChanger: false }}
        />
      </Card>
    </section>
  );
}
