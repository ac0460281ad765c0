import { Card, Flex, type TableColumnsType, Typography } from 'antd';
import type { FiguresBody, LearningEvaluationBody } from '../../../api/admin/learning/schema.ts';
import { categorizerName } from '../../components/categorizer-words.ts';
import { CategoryMark, deletedCategory } from '../../components/category-mark.tsx';
import { figuresColumns } from '../../components/lists/figures-columns.tsx';
import { PlainTable } from '../../components/lists/plain-table.tsx';
import { pluralize } from '../../format/format-count.ts';
import { useCategories } from '../../hooks/use-categories.ts';
import { FiguresOverview } from './figures-overview.tsx';

interface EstimatesProps {
  evaluation: LearningEvaluationBody;
  overall: FiguresBody;
}

/** What a training estimates about rows that it has not learned from. */
export function Estimates({ evaluation, overall }: EstimatesProps) {
  const { colorOf } = useCategories();
  const categorizerColumns: TableColumnsType<LearningEvaluationBody['categorizers'][number]> = [
    { title: 'Categorizer', dataIndex: 'name', render: categorizerName },
    ...figuresColumns<LearningEvaluationBody['categorizers'][number]>(),
  ];
  const categoryColumns: TableColumnsType<LearningEvaluationBody['categories'][number]> = [
    {
      title: 'Category',
      dataIndex: 'category',
      render: (name: string | null, { category_id }) => (
        <CategoryMark
          id={category_id}
          name={name ?? deletedCategory}
          color={colorOf(category_id)}
          isLink={name !== null}
        />
      ),
    },
    ...figuresColumns<LearningEvaluationBody['categories'][number]>(),
  ];
  return (
    <>
      <Card title="Overall">
        <Flex vertical gap={16}>
          <FiguresOverview figures={overall} />
          <Typography.Text type="secondary">
            Estimated on {pluralize(overall.row_count, 'labelled transaction')}, each answered by
            what was learned from other merchants or, for memory, from other transactions. Coverage
            is the share with a decision that needs no review. Precision is the share of these
            decisions that are right; the bar is lighter where the true share may lie.
          </Typography.Text>
          {evaluation.later !== null && (
            <section aria-label="Later labels">
              <Typography.Title level={3} style={{ fontSize: 15 }}>
                On later labels
              </Typography.Title>
              <FiguresOverview figures={evaluation.later} />
              <Typography.Text type="secondary">
                How version {evaluation.later.version}, which was live before, did on{' '}
                {pluralize(evaluation.later.row_count, 'transaction')} labelled after its training,
                which it could not know.
              </Typography.Text>
            </section>
          )}
        </Flex>
      </Card>
      <Card title="By categorizer" styles={{ body: { padding: 0 } }}>
        <PlainTable
          label="By categorizer"
          rowKey="name"
          columns={categorizerColumns}
          dataSource={evaluation.categorizers}
        />
      </Card>
      <Card title="By category" styles={{ body: { padding: 0 } }}>
        <PlainTable
          label="By category"
          rowKey="category_id"
          pageSize={10}
          columns={categoryColumns}
          dataSource={evaluation.categories}
        />
      </Card>
    </>
  );
}
