import { List, useTable } from '@refinedev/antd';
import { type CrudFilters, useCan, useList, useUpdate } from '@refinedev/core';
import { DatePicker, Flex, Select, Table, Tag, Typography } from 'antd';
import type { CategoryBody } from '../../api/admin/categories/schema.ts';
import type { AdminTransactionBody } from '../../api/admin/transactions/schema.ts';
import { statuses } from '../../domain/status.ts';
import { SearchBox } from '../components/search-box.tsx';

const filterValue = (filters: CrudFilters, field: string, operator = 'eq') =>
  filters.find(
    (filter) => 'field' in filter && filter.field === field && filter.operator === operator,
  )?.value;

// biome-ignore lint/style/noDefaultExport: pages are loaded by React.lazy.
export default function Transactions() {
  const { tableProps, filters, setFilters } = useTable<AdminTransactionBody>({
    resource: 'transactions',
    pagination: { pageSize: 50 },
  });
  const { result: categories } = useList<CategoryBody>({
    resource: 'categories',
    sorters: [{ field: 'name', order: 'asc' }],
    pagination: { pageSize: 500 },
  });
  const { mutate: update } = useUpdate<AdminTransactionBody>();
  const { data: may } = useCan({ resource: 'transactions', action: 'edit' });
  const options = categories.data.map(({ id, name }) => ({ value: id, label: name }));
  const set = (field: string, operator: 'eq' | 'gte' | 'lte', value: unknown) =>
    setFilters([{ field, operator, value }], 'merge');

  return (
    <List title="Transactions">
      <Flex gap="small" wrap style={{ marginBottom: 16 }}>
        <SearchBox
          label="Search merchant or description"
          filters={filters}
          setFilters={setFilters}
        />
        <Select
          allowClear
          aria-label="Status"
          placeholder="Any status"
          options={statuses.map((status) => ({ value: status, label: status }))}
          value={filterValue(filters, 'status')}
          onChange={(value) => set('status', 'eq', value)}
          style={{ width: 140 }}
        />
        <Select
          allowClear
          aria-label="Category"
          placeholder="Any category"
          options={[{ value: 'none', label: 'Uncategorized' }, ...options]}
          value={
            filterValue(filters, 'uncategorized')
              ? 'none'
              : toNumber(filterValue(filters, 'category_id'))
          }
          onChange={(value) =>
            setFilters(
              [
                {
                  field: 'category_id',
                  operator: 'eq',
                  value: value === 'none' ? undefined : value,
                },
                {
                  field: 'uncategorized',
                  operator: 'eq',
                  value: value === 'none' ? 'true' : undefined,
                },
              ],
              'merge',
            )
          }
          style={{ minWidth: 200 }}
        />
        <DatePicker
          placeholder="From"
          aria-label="From"
          onChange={(_, date) => set('date', 'gte', date)}
        />
        <DatePicker
          placeholder="To"
          aria-label="To"
          onChange={(_, date) => set('date', 'lte', date)}
        />
      </Flex>
      <Table {...tableProps} rowKey="id" scroll={{ x: true }}>
        <Table.Column<AdminTransactionBody>
          title="Date"
          dataIndex="date"
          sorter
          onCell={() => ({ style: { whiteSpace: 'nowrap' } })}
        />
        <Table.Column<AdminTransactionBody>
          title="Merchant"
          render={(_, row) => (
            <>
              <div>{row.merchant_name ?? '–'}</div>
              <Typography.Text type="secondary">{row.description}</Typography.Text>
            </>
          )}
        />
        <Table.Column<AdminTransactionBody>
          title="Account"
          dataIndex="account_id"
          onCell={() => ({ style: { whiteSpace: 'nowrap' } })}
        />
        <Table.Column<AdminTransactionBody>
          title="Amount"
          dataIndex="amount"
          align="right"
          onCell={() => ({ style: { whiteSpace: 'nowrap' } })}
          sorter
          render={(amount, row) => `${amount} ${row.currency}`}
        />
        <Table.Column<AdminTransactionBody>
          title="Category"
          render={(_, row) =>
            may?.can ? (
              <Select
                allowClear
                showSearch
                optionFilterProp="label"
                variant="borderless"
                aria-label={`Category of ${row.merchant_name ?? row.transaction_id}`}
                placeholder="Uncategorized"
                options={options}
                value={row.category_id}
                onChange={(category_id) =>
                  update({
                    resource: 'transactions',
                    id: row.id,
                    values: { category_id: category_id ?? null },
                  })
                }
                style={{ minWidth: 180 }}
              />
            ) : (
              (row.category ?? 'Uncategorized')
            )
          }
        />
        <Table.Column<AdminTransactionBody>
          title="Why"
          render={(_, row) =>
            row.category_source === 'manual' ? (
              <Tag>by hand</Tag>
            ) : (
              row.matched_pattern !== null && <Tag>“{row.matched_pattern}”</Tag>
            )
          }
        />
        <Table.Column<AdminTransactionBody> title="Status" dataIndex="ingestion_status" />
      </Table>
    </List>
  );
}

const toNumber = (value: unknown): number | undefined =>
  value === undefined || value === null || value === '' ? undefined : Number(value);
