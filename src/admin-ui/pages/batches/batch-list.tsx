import { useTable } from '@refinedev/antd';
import { Button, Checkbox, type TableColumnsType } from 'antd';
import { Link, useNavigate } from 'react-router';
import type { AdminBatchBody } from '../../../api/admin/batches/schema.ts';
import { isFinal, statuses } from '../../../domain/status.ts';
import { DateTime } from '../../components/date-time.tsx';
import { ChoiceFilter } from '../../components/lists/choice-filter.tsx';
import { countColumn } from '../../components/lists/count-column.tsx';
import { Filters } from '../../components/lists/filters.tsx';
import { ListTable } from '../../components/lists/list-table.tsx';
import { MomentRange } from '../../components/lists/moment-range.tsx';
import { SearchInput } from '../../components/lists/search-input.tsx';
import { sortable } from '../../components/lists/sortable.ts';
import { Page } from '../../components/page.tsx';
import { EmptyState } from '../../components/states.tsx';
import { StatusTag } from '../../components/status-tag.tsx';
import { filtersOf } from '../../hooks/use-filters.ts';
import { BatchProgress } from './batch-progress.tsx';
import { isStored } from './is-stored.ts';

/** Short while a batch on the page is being processed; otherwise long, to notice new batches. */
const refreshMs = { processing: 2_000, idle: 15_000 };

export function BatchList() {
  const navigate = useNavigate();
  const table = useTable<AdminBatchBody>({
    resource: 'batches',
    sorters: { initial: [{ field: 'created_at', order: 'desc' }] },
    errorNotification: false,
    queryOptions: {
      refetchInterval: ({ state }) =>
        state.data?.data.every(({ status }) => isFinal(status))
          ? refreshMs.idle
          : refreshMs.processing,
    },
  });
  const filters = filtersOf(table);

  const columns: TableColumnsType<AdminBatchBody> = [
    {
      title: 'Received',
      ...sortable('created_at', table.sorters),
      render: (value: string, { id }) => (
        <Link to={`/batches/${id}`}>
          <DateTime value={value} />
        </Link>
      ),
    },
    {
      title: 'Status',
      dataIndex: 'status',
      render: (status: AdminBatchBody['status']) => <StatusTag status={status} />,
    },
    {
      title: 'Processed',
      key: 'progress',
      width: 180,
      render: (_, batch) => (isStored(batch) ? <BatchProgress batch={batch} /> : '–'),
    },
    {
      ...countColumn('Transactions', 'transaction_count'),
      ...sortable('transaction_count', table.sorters),
    },
    {
      ...countColumn('Duplicates', 'duplicate_count'),
      ...sortable('duplicate_count', table.sorters),
    },
    {
      ...countColumn('Conflicts', 'conflict_count'),
      ...sortable('conflict_count', table.sorters),
    },
    countColumn('Uncategorized', 'uncategorized_count'),
    {
      title: 'Request id',
      dataIndex: 'request_id',
      ellipsis: true,
      width: 200,
      render: (text: string | null) => text ?? '–',
    },
  ];

  return (
    <Page title="Batches">
      <Filters
        activeCount={filters.activeCount}
        onClear={filters.clear}
        search={
          <SearchInput
            label="Search request ids"
            value={filters.value('q') ?? ''}
            onSearch={(text) => filters.set('q', text)}
          />
        }
      >
        <ChoiceFilter
          filters={filters}
          field="status"
          label="Status"
          width={140}
          values={statuses}
        />
        <MomentRange filters={filters} field="created_at" label="Received" />
        {(['duplicate', 'conflict'] as const).map((what) => (
          <Checkbox
            key={what}
            checked={filters.value(`${what}_count`, 'gte') !== undefined}
            onChange={({ target }) =>
              filters.set(`${what}_count`, target.checked ? 1 : undefined, 'gte')
            }
            style={{ alignItems: 'center' }}
          >
            With {what}s
          </Checkbox>
        ))}
      </Filters>
      <ListTable<AdminBatchBody>
        {...table.tableProps}
        label="Batches"
        query={table.tableQuery}
        columns={columns}
        rowClassName="clickable-row"
        onRow={({ id }) => ({ onClick: () => void navigate(`/batches/${id}`) })}
        empty={
          filters.isFiltered ? (
            <EmptyState title="No matching batches">
              <Button onClick={() => table.setFilters([], 'replace')}>Clear filters</Button>
            </EmptyState>
          ) : (
            <EmptyState
              title="No batches yet"
              detail="Batches arrive through the integration API."
            />
          )
        }
      />
    </Page>
  );
}
