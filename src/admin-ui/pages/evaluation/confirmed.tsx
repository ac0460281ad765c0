import { Card, Flex, type TableColumnsType, Typography } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { FiguresBody, LearningEvaluationBody } from '../../../api/admin/learning/schema.ts';
import { sourceName } from '../../components/categorizer-words.ts';
import { CategoryMark, deletedCategory } from '../../components/category-mark.tsx';
import { countColumn } from '../../components/lists/count-column.tsx';
import { PlainTable } from '../../components/lists/plain-table.tsx';
import { PrecisionBar } from '../../components/precision-bar.tsx';
import { EmptyState } from '../../components/states.tsx';
import { useCategories } from '../../hooks/use-categories.ts';

type Prospective = LearningEvaluationBody['prospective'];
type Source = Prospective['all'][number];
type Category = Prospective['by_category'][number];

/** What people later confirmed or corrected. */
export function Confirmed({ prospective }: { prospective: Prospective }) {
  const { colorOf } = useCategories();
  const categoryColumns: TableColumnsType<Category> = [
    {
      title: 'Category',
      dataIndex: 'category',
      render: (name: string | null, { category_id: id }) => (
        <CategoryMark id={id} name={name ?? deletedCategory} color={colorOf(id)} />
      ),
    },
    ...judgedColumns<Category>(),
  ];
  return (
    <Card title="Confirmed and corrected by people">
      <Flex vertical gap={24}>
        <Part
          title="Random sample"
          meaning={
            <>
              Decisions that were drawn at random each week to be{' '}
              <Link to="/confirm-decisions" style={{ textDecoration: 'underline' }}>
                confirmed
              </Link>
              . This is the fairest estimate.
            </>
          }
          rowKey="source"
          columns={sampledColumns}
          rows={prospective.sampled}
        />
        <Part
          title="All"
          meaning="Every decision that somebody confirmed or corrected. People look at what seems wrong, so this is lower than the precision of all decisions. Decisions that needed review are left out."
          rowKey="source"
          columns={sourceColumns}
          rows={prospective.all}
        />
        <Part
          title="All, by category"
          meaning="The same decisions, by the category that was decided."
          rowKey="category_id"
          columns={categoryColumns}
          rows={prospective.by_category}
        />
      </Flex>
    </Card>
  );
}

const judgedColumns = <Row extends FiguresBody>(): TableColumnsType<Row> => [
  countColumn('Judged', 'answer_count'),
  countColumn('Confirmed', 'right_count'),
  {
    title: 'Precision',
    dataIndex: 'precision',
    render: (precision: number | null, { precision_interval }) => (
      <PrecisionBar share={precision} interval={precision_interval} />
    ),
  },
];

const decidedBy = { title: 'Decided by', dataIndex: 'source', render: sourceName };
const sourceColumns: TableColumnsType<Source> = [decidedBy, ...judgedColumns<Source>()];
const sampledColumns: TableColumnsType<Source> = [
  decidedBy,
  countColumn('Drawn', 'row_count'),
  ...judgedColumns<Source>(),
];

interface PartProps<Row> {
  title: string;
  /** What the figures say, and what they do not. */
  meaning: ReactNode;
  rowKey: keyof Row & string;
  columns: TableColumnsType<Row>;
  rows: Row[];
}

function Part<Row extends FiguresBody>({ title, meaning, rowKey, columns, rows }: PartProps<Row>) {
  return (
    <div>
      <Typography.Title level={3} style={{ fontSize: 15, marginTop: 0 }}>
        {title}
      </Typography.Title>
      <Typography.Paragraph type="secondary">{meaning}</Typography.Paragraph>
      {rows.length === 0 ? (
        <EmptyState title="No decision has been judged yet" />
      ) : (
        <PlainTable<Row>
          label={title}
          rowKey={rowKey}
          size="small"
          pageSize={10}
          columns={columns}
          dataSource={rows}
        />
      )}
    </div>
  );
}
