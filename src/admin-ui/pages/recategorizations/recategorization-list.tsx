import { ExportOutlined, HistoryOutlined } from '@ant-design/icons';
import { useTable } from '@refinedev/antd';
import { Button, Flex, type TableColumnsType, Typography } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { RecategorizationBody } from '../../../api/admin/recategorizations/schema.ts';
import { hasEnded } from '../../../domain/recategorization.ts';
import { CategoryMark } from '../../components/category-mark.tsx';
import { DateTime } from '../../components/date-time.tsx';
import { listPath } from '../../components/list-path.ts';
import { ListTable } from '../../components/list-table.tsx';
import { Page } from '../../components/page.tsx';
import { RecategorizationProgress } from '../../components/recategorization-progress.tsx';
import { EmptyState } from '../../components/states.tsx';
import { useCategories } from '../../components/use-categories.ts';
import { useMay } from '../../components/use-may.ts';
import { CancelRecategorization } from './cancel-recategorization.tsx';
import { NewRecategorization } from './new-recategorization.tsx';

/** While one is under way, and to see that somebody else has begun one. */
const refreshMs = { moving: 1_000, resting: 15_000 };

export function RecategorizationList() {
  const [isAsking, setIsAsking] = useState(false);
  const mayChange = useMay('create', 'recategorizations');
  const table = useTable<RecategorizationBody>({
    resource: 'recategorizations',
    pagination: { pageSize: 25 },
    sorters: { initial: [{ field: 'created_at', order: 'desc' }] },
    errorNotification: false,
    queryOptions: {
      refetchInterval: ({ state }) =>
        state.data?.data.every(({ status }) => hasEnded(status))
          ? refreshMs.resting
          : refreshMs.moving,
    },
  });

  const columns: TableColumnsType<RecategorizationBody> = [
    {
      title: 'Asked for',
      dataIndex: 'created_at',
      render: (value: string, { requested_by }) => (
        <Flex vertical>
          <DateTime value={value} />
          <Typography.Text type="secondary">by {requested_by}</Typography.Text>
        </Flex>
      ),
    },
    { title: 'Transactions', key: 'filter', render: (_, run) => <Scope run={run} /> },
    {
      title: 'Progress',
      key: 'progress',
      width: 220,
      render: (_, run) => <RecategorizationProgress run={run} />,
    },
    { title: 'Changed', dataIndex: 'changed_count', align: 'right', render: count },
    { title: 'Unchanged', dataIndex: 'unchanged_count', align: 'right', render: count },
    { title: 'Kept, set by hand', dataIndex: 'kept_count', align: 'right', render: count },
    {
      title: <span className="visually-hidden">Actions</span>,
      key: 'actions',
      align: 'right',
      render: (_, run) => (
        <Flex justify="end">
          {mayChange && !hasEnded(run.status) && <CancelRecategorization id={run.id} />}
          <Button
            type="link"
            href={run.workflow.url}
            target="_blank"
            rel="noreferrer"
            icon={<ExportOutlined />}
            aria-label="Its run in the Temporal UI"
          >
            Run
          </Button>
        </Flex>
      ),
    },
  ];

  const apply = (
    <Button type="primary" icon={<HistoryOutlined />} onClick={() => setIsAsking(true)}>
      Apply to history
    </Button>
  );
  return (
    <Page
      title="Apply to history"
      subtitle="Gives stored transactions the categories that the patterns say now."
      extra={mayChange && apply}
    >
      <ListTable<RecategorizationBody>
        {...table.tableProps}
        label="Runs"
        query={table.tableQuery}
        columns={columns}
        empty={
          <EmptyState
            title="The patterns were never applied to history"
            detail="New transactions always get the categories of the present patterns. Stored ones keep theirs until you apply the patterns to them."
          />
        }
      />
      <NewRecategorization isOpen={isAsking} onClose={() => setIsAsking(false)} />
    </Page>
  );
}

const count = (value: number) => <span className="numeric">{value.toLocaleString()}</span>;

/** Which transactions a run looks at, in words. */
function Scope({ run }: { run: RecategorizationBody }) {
  const { categories, colorOf } = useCategories();
  const { scope, account_id, category_id, pattern_id, start_date, end_date, include_manual } = run;
  const name = categories.find(({ id }) => id === category_id)?.name ?? `category ${category_id}`;
  return (
    <Flex vertical>
      <span>{scope === 'all' ? 'All' : 'Without a category'}</span>
      {category_id !== null && (
        <CategoryMark id={category_id} name={name} color={colorOf(category_id)} />
      )}
      {pattern_id !== null && (
        <Link
          to={listPath('/category-patterns', [{ field: 'id', operator: 'eq', value: pattern_id }])}
        >
          that a pattern may match
        </Link>
      )}
      {account_id !== null && <span>of account {account_id}</span>}
      {(start_date !== null || end_date !== null) && (
        <span className="numeric">
          {start_date ?? '…'} to {end_date ?? '…'}
        </span>
      )}
      {include_manual && <span>also those set by hand</span>}
    </Flex>
  );
}
