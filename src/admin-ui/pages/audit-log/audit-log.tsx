import { useTable } from '@refinedev/antd';
import { type TableColumnsType, Tag } from 'antd';
import type { AuditEntryBody } from '../../../api/admin/audit-log/schema.ts';
import { actionWord, resourceWord } from '../../components/audit-words.ts';
import { DateTime } from '../../components/date-time.tsx';
import { ListTable } from '../../components/lists/list-table.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState } from '../../components/states.tsx';
import { filtersOf } from '../../hooks/use-filters.ts';
import { AuditLogFilters } from './audit-log-filters.tsx';
import { EntryChanges } from './entry-changes.tsx';
import { EntryLink } from './entry-link.tsx';

const columns: TableColumnsType<AuditEntryBody> = [
  { title: 'When', dataIndex: 'at', render: (value: string) => <DateTime value={value} /> },
  {
    title: 'Who',
    dataIndex: 'actor_name',
    render: (name: string, { actor_type }) => (
      <>
        {name}{' '}
        {actor_type !== 'user' && <Tag>{actor_type === 'api_key' ? 'API key' : 'system'}</Tag>}
      </>
    ),
  },
  { title: 'Action', dataIndex: 'action', render: actionWord },
  { title: 'Resource', dataIndex: 'resource', render: resourceWord },
  {
    title: 'Item',
    dataIndex: 'resource_id',
    render: (_, entry) => <EntryLink entry={entry} />,
  },
];

export function AuditLog() {
  const table = useTable<AuditEntryBody>({
    resource: 'audit-log',
    pagination: { pageSize: 25 },
    errorNotification: false,
  });
  const filters = filtersOf(table);
  return (
    <Page title="Audit log" subtitle="Every change, who made it, and the values before and after.">
      <AuditLogFilters filters={filters} />
      <ListTable<AuditEntryBody>
        {...table.tableProps}
        label="Audit log"
        query={table.tableQuery}
        columns={columns}
        expandable={{
          expandRowByClick: true,
          rowExpandable: ({ before, after, request_id }) =>
            before !== null || after !== null || request_id !== null,
          expandedRowRender: (entry) => <EntryChanges entry={entry} />,
        }}
        empty={<EmptyState title={filters.isFiltered ? 'No matching entries' : 'No changes yet'} />}
      />
    </Page>
  );
}
