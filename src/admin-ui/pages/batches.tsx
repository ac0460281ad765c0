import { List, useTable } from '@refinedev/antd';
import { useCan, useCustomMutation, useInvalidate } from '@refinedev/core';
import { Badge, Button, Flex, Progress, Select, Table, Typography } from 'antd';
import type { AdminBatchBody } from '../../api/admin/batches/schema.ts';
import { type Status, statuses } from '../../domain/status.ts';
import { SearchBox } from '../components/search-box.tsx';

const badges: Record<Status, 'default' | 'processing' | 'success' | 'error'> = {
  pending: 'default',
  processing: 'processing',
  completed: 'success',
  failed: 'error',
};
/** While a batch is on its way the list is asked for again. */
const refreshMs = 2_000;

// biome-ignore lint/style/noDefaultExport: pages are loaded by React.lazy.
export default function Batches() {
  const { tableProps, filters, setFilters } = useTable<AdminBatchBody>({
    resource: 'batches',
    pagination: { pageSize: 25 },
    queryOptions: {
      refetchInterval: ({ state }) =>
        state.data?.data.some(({ status }) => status === 'pending' || status === 'processing')
          ? refreshMs
          : false,
    },
  });
  const { mutate: retry } = useCustomMutation();
  const invalidate = useInvalidate();
  const { data: may } = useCan({ resource: 'batches', action: 'edit' });

  return (
    <List title="Batches">
      <Flex gap="small" wrap style={{ marginBottom: 16 }}>
        <SearchBox label="Search request ids" filters={filters} setFilters={setFilters} />
        <Select
          allowClear
          aria-label="Status"
          placeholder="Any status"
          options={statuses.map((status) => ({ value: status, label: status }))}
          value={filters.find((filter) => 'field' in filter && filter.field === 'status')?.value}
          onChange={(value) => setFilters([{ field: 'status', operator: 'eq', value }], 'merge')}
          style={{ width: 140 }}
        />
      </Flex>
      <Table {...tableProps} rowKey="id" scroll={{ x: true }}>
        <Table.Column<AdminBatchBody>
          title="Arrived"
          dataIndex="created_at"
          render={(value: string) => value.replace('T', ' ').slice(0, 19)}
        />
        <Table.Column<AdminBatchBody>
          title="Request"
          dataIndex="request_id"
          render={(value) => value ?? '–'}
        />
        <Table.Column<AdminBatchBody>
          title="Status"
          render={(_, { status, failure_reason }) => (
            <>
              <Badge status={badges[status]} text={status} />
              {failure_reason !== null && (
                <Typography.Text type="danger">{failure_reason}</Typography.Text>
              )}
            </>
          )}
        />
        <Table.Column<AdminBatchBody>
          title="Progress"
          render={(_, { transaction_count, processing_status, request_id, id }) => (
            <Progress
              size="small"
              aria-label={`Progress of ${request_id ?? id}`}
              percent={
                transaction_count === 0
                  ? 100
                  : Math.floor((processing_status.completed / transaction_count) * 100)
              }
              style={{ minWidth: 120 }}
            />
          )}
        />
        <Table.Column<AdminBatchBody> title="Rows" dataIndex="transaction_count" align="right" />
        <Table.Column<AdminBatchBody>
          title="Duplicates"
          dataIndex="duplicate_count"
          align="right"
        />
        <Table.Column<AdminBatchBody>
          title="Uncategorized"
          dataIndex="uncategorized_count"
          align="right"
        />
        <Table.Column<AdminBatchBody>
          title="Actions"
          render={(_, { id, status, workflow }) => (
            <Flex gap="small">
              <a href={workflow.url} target="_blank" rel="noreferrer">
                Run
              </a>
              {status === 'failed' && may?.can && (
                <Button
                  size="small"
                  onClick={() =>
                    retry(
                      { url: `batches/${id}/retry`, method: 'post', values: {} },
                      {
                        onSuccess: () => invalidate({ resource: 'batches', invalidates: ['list'] }),
                      },
                    )
                  }
                >
                  Retry
                </Button>
              )}
            </Flex>
          )}
        />
      </Table>
    </List>
  );
}
