import { List, useTable } from '@refinedev/antd';
import { Flex, Select, Table, Typography } from 'antd';
import type { AuditEntryBody } from '../../api/admin/audit-log/schema.ts';

const resources = [
  'api-keys',
  'batches',
  'categories',
  'category-patterns',
  'transactions',
  'users',
];

// biome-ignore lint/style/noDefaultExport: pages are loaded by React.lazy.
export default function AuditLog() {
  const { tableProps, filters, setFilters } = useTable<AuditEntryBody>({
    resource: 'audit-log',
    pagination: { pageSize: 50 },
  });
  return (
    <List title="Audit log">
      <Flex style={{ marginBottom: 16 }}>
        <Select
          allowClear
          aria-label="Resource"
          placeholder="Everything"
          options={resources.map((resource) => ({ value: resource, label: resource }))}
          value={filters.find((filter) => 'field' in filter && filter.field === 'resource')?.value}
          onChange={(value) => setFilters([{ field: 'resource', operator: 'eq', value }], 'merge')}
          style={{ minWidth: 200 }}
        />
      </Flex>
      <Table
        {...tableProps}
        rowKey="id"
        scroll={{ x: true }}
        expandable={{
          rowExpandable: ({ before, after }) => before !== null || after !== null,
          expandedRowRender: ({ before, after }) => (
            <Flex gap="large" wrap>
              <Json title="Before" value={before} />
              <Json title="After" value={after} />
            </Flex>
          ),
        }}
      >
        <Table.Column<AuditEntryBody>
          title="When"
          dataIndex="at"
          render={(value: string) => value.replace('T', ' ').slice(0, 19)}
        />
        <Table.Column<AuditEntryBody> title="Who" dataIndex="actor_name" />
        <Table.Column<AuditEntryBody> title="Did" dataIndex="action" />
        <Table.Column<AuditEntryBody>
          title="What"
          render={(_, { resource, resource_id }) => `${resource} ${resource_id ?? ''}`}
        />
      </Table>
    </List>
  );
}

function Json({ title, value }: { title: string; value: unknown }) {
  if (value === null) return null;
  return (
    <div>
      <Typography.Text strong>{title}</Typography.Text>
      <pre style={{ margin: 0 }}>{JSON.stringify(value, null, 2)}</pre>
    </div>
  );
}
