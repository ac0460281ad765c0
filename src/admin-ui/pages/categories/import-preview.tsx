import { Alert, Badge, Flex, Table, type TableColumnsType, Tag, Typography } from 'antd';
import type { ImportPreviewBody } from '../../../api/admin/categories/schema.ts';
import { formatCount, pluralize } from '../../format/format-count.ts';

type PatternOutcome = ImportPreviewBody['patterns'][number];

/** The API lists no more patterns. */
const maxListedPatterns = 1_000;

/** Patterns that need attention come first. */
const order = { exists_elsewhere: 0, create: 1, exists: 2 };

const columns: TableColumnsType<PatternOutcome & { key: number }> = [
  {
    title: 'Pattern',
    dataIndex: 'pattern',
    render: (pattern: string) => (
      <Typography.Text code style={{ overflowWrap: 'anywhere' }}>
        {pattern}
      </Typography.Text>
    ),
  },
  { title: 'Category', dataIndex: 'category' },
  {
    title: 'What happens',
    render: (_, { outcome, in_category }) =>
      outcome === 'create' ? (
        <Badge status="success" text="Created" />
      ) : outcome === 'exists' ? (
        <Badge status="default" text="Already exists" />
      ) : (
        <Badge status="warning" text={`Stays in ${in_category}`} />
      ),
  },
];

/** What an import would create, and what it would leave unchanged. */
export function ImportPreview({ preview }: { preview: ImportPreviewBody }) {
  const { categories_created, patterns_created, unchanged, categories, patterns } = preview;
  const creates = categories_created + patterns_created > 0;
  const elsewhere = patterns.filter(({ outcome }) => outcome === 'exists_elsewhere').length;
  const rows = patterns
    .map((pattern, key) => ({ ...pattern, key }))
    .sort((a, b) => order[a.outcome] - order[b.outcome]);
  const more = categories_created - categories.length;
  return (
    <Flex vertical gap={16}>
      <Alert
        type={creates ? 'success' : 'info'}
        showIcon
        message={
          creates
            ? `Creates ${pluralize(categories_created, 'category', 'categories')} and ${pluralize(patterns_created, 'pattern')}.`
            : 'Everything in this file already exists.'
        }
        description={
          creates && unchanged > 0
            ? `${pluralize(unchanged, 'entry already exists', 'entries already exist')} and will not change.`
            : undefined
        }
      />
      {elsewhere > 0 && (
        <Alert
          type="warning"
          showIcon
          message={`${pluralize(elsewhere, 'pattern belongs', 'patterns belong')} to another category and will stay there.`}
        />
      )}
      {categories.length > 0 && (
        <section aria-label="New categories">
          <Typography.Text strong>New categories</Typography.Text>
          <Flex wrap gap={4} style={{ marginTop: 8 }}>
            {categories.map((name) => (
              <Tag key={name} style={{ whiteSpace: 'normal', overflowWrap: 'anywhere' }}>
                {name}
              </Tag>
            ))}
            {more > 0 && (
              <Typography.Text type="secondary">and {formatCount(more)} more</Typography.Text>
            )}
          </Flex>
        </section>
      )}
      {rows.length > 0 && (
        <section aria-label="Patterns of the file">
          <Table
            size="small"
            columns={columns}
            dataSource={rows}
            pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
          />
          {rows.length >= maxListedPatterns && (
            <Typography.Text type="secondary">
              Showing the first {formatCount(rows.length)} patterns of the file.
            </Typography.Text>
          )}
        </section>
      )}
    </Flex>
  );
}
