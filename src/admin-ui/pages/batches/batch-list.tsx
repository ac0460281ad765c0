import { useTable } from '@refinedev/antd';
import { Button, Checkbox, Select, type TableColumnsType } from 'antd';
import dayjs from 'dayjs';
import { Link, useNavigate } from 'react-router';
import type { AdminBatchBody } from '../../../api/admin/batches/schema.ts';
import { isFinal, statuses } from '../../../domain/status.ts';
import { DateRange } from '../../components/date-range.tsx';
import { DateTime } from '../../components/date-time.tsx';
import { Filters } from '../../components/filters.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { Page } from '../../components/page.tsx';
import { SearchInput } from '../../components/search-input.tsx';
import { sortOrderOf } from '../../components/sort-order.ts';
import { EmptyState } from '../../components/states.tsx';
import { StatusTag } from '../../components/status-tag.tsx';
import { filtersOf } from '../../components/use-filters.ts';
import { BatchProgress } from './batch-progress.tsx';

/** While a batch on the page is being processed, and to see that a new one has come. */
const refreshMs = { moving: 2_000, resting: 15_000 };

export function BatchList() {
  const navigate = useNavigate();
  const table = useTable<AdminBatchBody>({
    resource: 'batches',
    sorters: { initial: [{ field: 'created_at', order: 'desc' }] },
    errorNotification: false,
    queryOptions: {
      refetchInterval: ({ state }) =>
        state.data?.data.every(({ status }) => isFinal(status))
          ? refreshMs.resting
          : refreshMs.moving,
    },
  });
  const filters = filtersOf(table);

  const columns: TableColumnsType<AdminBatchBody> = [
    {
      title: 'Arrived',
      dataIndex: 'created_at',
      sorter: true,
      sortOrder: sortOrderOf('created_at', table.sorters),
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
      render: (_, batch) => <BatchProgress batch={batch} />,
    },
    {
      title: 'Transactions',
      dataIndex: 'transaction_count',
      align: 'right',
      sorter: true,
      sortOrder: sortOrderOf('transaction_count', table.sorters),
      render: count,
    },
    {
      title: 'Duplicates',
      dataIndex: 'duplicate_count',
      align: 'right',
      sorter: true,
      sortOrder: sortOrderOf('duplicate_count', table.sorters),
      render: count,
    },
    {
      title: 'Conflicts',
      dataIndex: 'conflict_count',
      align: 'right',
      sorter: true,
      sortOrder: sortOrderOf('conflict_count', table.sorters),
      render: count,
    },
    { title: 'Uncategorized', dataIndex: 'uncategorized_count', align: 'right', render: count },
    {
      title: 'Request',
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
        <Select
          allowClear
          aria-label="Status"
          placeholder="Status"
          style={{ width: 160 }}
          value={filters.value('status')}
          onChange={(status) => filters.set('status', status)}
          options={statuses.map((status) => ({ value: status, label: status }))}
        />
        <DateRange
          label="Arrived"
          from={dayOf(filters.value('created_at', 'gte'))}
          to={dayOf(filters.value('created_at', 'lte'))}
          onChange={(from, to) =>
            filters.setAll([
              { field: 'created_at', operator: 'gte', value: startOf(from) },
              { field: 'created_at', operator: 'lte', value: endOf(to) },
            ])
          }
        />
        <Checkbox
          checked={filters.value('duplicate_count', 'gte') !== undefined}
          onChange={({ target }) =>
            filters.set('duplicate_count', target.checked ? 1 : undefined, 'gte')
          }
          style={{ alignItems: 'center' }}
        >
          With duplicates
        </Checkbox>
        <Checkbox
          checked={filters.value('conflict_count', 'gte') !== undefined}
          onChange={({ target }) =>
            filters.set('conflict_count', target.checked ? 1 : undefined, 'gte')
          }
          style={{ alignItems: 'center' }}
        >
          With conflicts
        </Checkbox>
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
            <EmptyState title="No batch is like this">
              <Button onClick={() => table.setFilters([], 'replace')}>Clear the filters</Button>
            </EmptyState>
          ) : (
            <EmptyState title="No batches yet" detail="They come over the integration API." />
          )
        }
      />
    </Page>
  );
}

const count = (value: number) => <span className="numeric">{value.toLocaleString()}</span>;

/** Days are the reader's own, moments are the API's. */
const dayOf = (moment: string | undefined) =>
  moment === undefined ? undefined : dayjs(moment).format('YYYY-MM-DD');
const startOf = (day: string | undefined) =>
  day === undefined ? undefined : dayjs(day).startOf('day').toISOString();
const endOf = (day: string | undefined) =>
  day === undefined ? undefined : dayjs(day).endOf('day').toISOString();
