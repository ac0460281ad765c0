import { ExportOutlined, HistoryOutlined } from '@ant-design/icons';
import { useTable } from '@refinedev/antd';
import { Button, Flex, type TableColumnsType, Typography } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { RecategorizationBody } from '../../../api/admin/recategorizations/schema.ts';
import { hasEnded } from '../../../domain/recategorization.ts';
import { CategoryMark } from '../../components/category-mark.tsx';
import { DateTime } from '../../components/date-time.tsx';
import { countColumn } from '../../components/lists/count-column.tsx';
import { listPath } from '../../components/lists/list-path.ts';
import { ListTable } from '../../components/lists/list-table.tsx';
import { Page } from '../../components/page.tsx';
import { RecategorizationProgress } from '../../components/recategorization-progress.tsx';
import { EmptyState } from '../../components/states.tsx';
import { useCategories } from '../../hooks/use-categories.ts';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';
import { CancelRecategorization } from './cancel-recategorization.tsx';
import { NewRecategorization } from './new-recategorization.tsx';

/** Short while a run is in progress; otherwise long, to notice new runs. */
const refreshMs = { running: 1_000, idle: 15_000 };

export function RecategorizationList() {
  const [isDrawerOpen, setIsDrawerOpen] = useState(false);
  const mayChange = useIsAllowed('create', 'recategorizations');
  const table = useTable<RecategorizationBody>({
    resource: 'recategorizations',
    pagination: { pageSize: 25 },
    sorters: { initial: [{ field: 'created_at', order: 'desc' }] },
    errorNotification: false,
    queryOptions: {
      refetchInterval: ({ state }) =>
        state.data?.data.every(({ status }) => hasEnded(status))
          ? refreshMs.idle
          : refreshMs.running,
    },
  });

  const columns: TableColumnsType<RecategorizationBody> = [
    {
      title: 'Requested',
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
    countColumn('Changed', 'changed_count'),
    countColumn('Unchanged', 'unchanged_count'),
    countColumn('Kept (set by hand)', 'kept_count'),
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
            aria-label="Open the run in Temporal"
          >
            Temporal
          </Button>
        </Flex>
      ),
    },
  ];

  const apply = (
    <Button type="primary" icon={<HistoryOutlined />} onClick={() => setIsDrawerOpen(true)}>
      Apply to history
    </Button>
  );
  return (
    <Page
      title="Apply to history"
      subtitle="Lets the categorizers decide again about stored transactions."
      extra={mayChange && apply}
    >
      <ListTable<RecategorizationBody>
        {...table.tableProps}
        label="Runs"
        query={table.tableQuery}
        columns={columns}
        empty={
          <EmptyState
            title="No runs yet"
            detail="New transactions always use the current categorizers and patterns. Stored transactions keep their category until you let the categorizers decide again."
          />
        }
      />
      <NewRecategorization isOpen={isDrawerOpen} onClose={() => setIsDrawerOpen(false)} />
    </Page>
  );
}

/** Describes which transactions a run covers. */
function Scope({ run }: { run: RecategorizationBody }) {
  const { categories, colorOf } = useCategories();
  const { scope, account_id, category_id, pattern_id, start_date, end_date, include_manual } = run;
  const name = categories.find(({ id }) => id === category_id)?.name ?? `category ${category_id}`;
  return (
    <Flex vertical>
      <span>{scope === 'all' ? 'All' : 'Uncategorized'}</span>
      {category_id !== null && (
        <CategoryMark id={category_id} name={name} color={colorOf(category_id)} />
      )}
      {pattern_id !== null && (
        <Link
          to={listPath('/category-patterns', [{ field: 'id', operator: 'eq', value: pattern_id }])}
        >
          that a pattern matches
        </Link>
      )}
      {account_id !== null && <span>in account {account_id}</span>}
      {(start_date !== null || end_date !== null) && (
        <span className="numeric">
          {start_date ?? '…'} to {end_date ?? '…'}
        </span>
      )}
      {include_manual && <span>including categories set by hand</span>}
    </Flex>
  );
}
