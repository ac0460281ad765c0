import { Card, type TableColumnsType, Typography } from 'antd';
import type { LearningEvaluationBody } from '../../../api/admin/learning/schema.ts';
import { categorizerName } from '../../components/categorizer-words.ts';
import { CategoryMark, deletedCategory } from '../../components/category-mark.tsx';
import { countColumn } from '../../components/lists/count-column.tsx';
import { PlainTable } from '../../components/lists/plain-table.tsx';
import { EmptyState } from '../../components/states.tsx';
import { useCategories } from '../../hooks/use-categories.ts';

type Decision = LearningEvaluationBody['shadow'][number];

/** What categorizers in shadow would have changed, if they had been on. */
export function ShadowDecisions({ shadow }: Pick<LearningEvaluationBody, 'shadow'>) {
  const { colorOf } = useCategories();
  const columns: TableColumnsType<Decision> = [
    { title: 'Categorizer', dataIndex: 'categorizer', render: categorizerName },
    {
      title: 'From',
      dataIndex: 'from',
      render: (name: string | null, { from_category_id: id }) => (
        <CategoryMark id={id} name={nameOf(id, name)} color={colorOf(id)} />
      ),
    },
    {
      title: 'To',
      dataIndex: 'to',
      render: (name: string | null, { to_category_id: id }) => (
        <CategoryMark id={id} name={nameOf(id, name)} color={colorOf(id)} />
      ),
    },
    countColumn('Transactions', 'row_count'),
  ];
  return (
    <Card title="In shadow" styles={{ body: { padding: 0 } }}>
      <Typography.Paragraph type="secondary" style={{ padding: '16px 24px 0' }}>
        What categorizers in shadow would have decided differently in the last 30 days.
      </Typography.Paragraph>
      <PlainTable<Decision>
        label="In shadow"
        rowKey={({ categorizer, from_category_id, to_category_id }) =>
          `${categorizer}:${from_category_id}:${to_category_id}`
        }
        columns={columns}
        dataSource={shadow}
        pageSize={10}
        empty={<EmptyState title="Nothing would have been decided differently" />}
      />
    </Card>
  );
}

const nameOf = (id: number | null, name: string | null): string | null =>
  id === null ? null : (name ?? deletedCategory);
