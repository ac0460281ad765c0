import { Card, type TableColumnsType, Typography } from 'antd';
import { Link } from 'react-router';
import type { LearningEvaluationBody } from '../../../api/admin/learning/schema.ts';
import { CategoryMark, deletedCategory } from '../../components/category-mark.tsx';
import { countColumn } from '../../components/lists/count-column.tsx';
import { listPath } from '../../components/lists/list-path.ts';
import { PlainTable } from '../../components/lists/plain-table.tsx';
import { EmptyState } from '../../components/states.tsx';
import { useCategories } from '../../hooks/use-categories.ts';

type Merchant = LearningEvaluationBody['costliest_merchants'][number];

/** Where another label would help most. */
export function CostliestMerchants({ merchants }: { merchants: Merchant[] }) {
  const { colorOf } = useCategories();
  const columns: TableColumnsType<Merchant> = [
    {
      title: 'Merchant',
      dataIndex: 'merchant',
      render: (merchant: string) => (
        <Link
          to={listPath('/transactions', [{ field: 'q', operator: 'eq', value: merchant }])}
          style={{ overflowWrap: 'anywhere' }}
        >
          {merchant}
        </Link>
      ),
    },
    countColumn('Transactions', 'row_count'),
    countColumn('Wrong', 'wrong_count'),
    countColumn('Undecided', 'unanswered_count'),
    {
      title: 'Set by hand',
      dataIndex: 'category',
      render: (name: string | null, { category_id: id }) => (
        <CategoryMark id={id} name={name ?? deletedCategory} color={colorOf(id)} />
      ),
    },
    {
      title: 'Decided most often',
      dataIndex: 'wrong_category',
      render: (name: string | null, { wrong_category_id: id }) =>
        id === null ? (
          '–'
        ) : (
          <CategoryMark id={id} name={name ?? deletedCategory} color={colorOf(id)} />
        ),
    },
  ];
  return (
    <Card title="Costliest merchants" styles={{ body: { padding: 0 } }}>
      <Typography.Paragraph type="secondary" style={{ padding: '16px 24px 0' }}>
        Labelled merchants with the most wrong decisions or none. A pattern, or a category that fits
        better, helps here most.
      </Typography.Paragraph>
      <PlainTable<Merchant>
        label="Costliest merchants"
        rowKey="merchant"
        columns={columns}
        dataSource={merchants}
        pageSize={10}
        empty={<EmptyState title="No merchant was decided wrongly" />}
      />
    </Card>
  );
}
