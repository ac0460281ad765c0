import { PlusOutlined } from '@ant-design/icons';
import { useTable } from '@refinedev/antd';
import { Button, Space, type TableColumnsType, Tag, Tooltip, Typography } from 'antd';
import { useState } from 'react';
import type { ApiKeyBody } from '../../../api/admin/api-keys/schema.ts';
import { apiKeyStatuses } from '../../../domain/api-key-status.ts';
import { DateTime } from '../../components/date-time.tsx';
import { ChoiceFilter } from '../../components/lists/choice-filter.tsx';
import { Filters } from '../../components/lists/filters.tsx';
import { ListTable } from '../../components/lists/list-table.tsx';
import { SearchInput } from '../../components/lists/search-input.tsx';
import { sortable } from '../../components/lists/sortable.ts';
import { Page } from '../../components/page.tsx';
import { EmptyState } from '../../components/states.tsx';
import { formatCount } from '../../format/format-count.ts';
import { filtersOf } from '../../hooks/use-filters.ts';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';
import { ApiKeyActions } from './api-key-actions.tsx';
import { ApiKeyStatusTag } from './api-key-status.tsx';
import { NewApiKey } from './new-api-key.tsx';

/** A tooltip shows the rest of a key's accounts. */
const shownPrefixes = 2;

export function ApiKeyList() {
  const [isCreating, setIsCreating] = useState(false);
  const mayChange = useIsAllowed('delete', 'api-keys');
  const table = useTable<ApiKeyBody>({
    resource: 'api-keys',
    pagination: { pageSize: 25 },
    sorters: { initial: [{ field: 'created_at', order: 'desc' }] },
    errorNotification: false,
  });
  const filters = filtersOf(table);
  const creatorId = filters.value('created_by');

  const columns: TableColumnsType<ApiKeyBody> = [
    {
      title: 'Name',
      ...sortable('name', table.sorters),
      render: (name: string, { prefix }) => (
        <>
          {name}
          <br />
          <Typography.Text code style={{ whiteSpace: 'nowrap' }}>
            {prefix}…
          </Typography.Text>
        </>
      ),
    },
    {
      title: 'Scopes',
      dataIndex: 'scopes',
      render: (scopes: ApiKeyBody['scopes']) => (
        <Space size={4} wrap style={{ maxWidth: 110 }}>
          {scopes.map((scope) => (
            <Tag key={scope} style={{ margin: 0 }}>
              {scope}
            </Tag>
          ))}
        </Space>
      ),
    },
    {
      title: 'Accounts',
      dataIndex: 'account_prefixes',
      render: (prefixes: string[]) => <Accounts prefixes={prefixes} />,
    },
    {
      title: 'Status',
      ...sortable('expires_at', table.sorters),
      render: (_, apiKey) => <ApiKeyStatusTag apiKey={apiKey} />,
    },
    {
      title: 'Created',
      ...sortable('created_at', table.sorters),
      render: (value: string, { created_by, rotated_from }) => (
        <>
          <DateTime value={value} />
          <Typography.Text type="secondary" style={{ display: 'block' }}>
            {created_by === null
              ? 'from the environment'
              : `${rotated_from === null ? '' : 'rotated '}by ${created_by.name}`}
          </Typography.Text>
        </>
      ),
    },
    {
      title: 'Last used',
      ...sortable('last_used_at', table.sorters),
      render: (value: string | null) => <DateTime value={value} none="Never" />,
    },
    {
      title: <span className="visually-hidden">Actions</span>,
      key: 'actions',
      align: 'right',
      render: (_, apiKey) =>
        mayChange && apiKey.status === 'live' && <ApiKeyActions apiKey={apiKey} />,
    },
  ];

  return (
    <Page
      title="API keys"
      subtitle="For systems that send transactions or read reports."
      extra={
        mayChange && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setIsCreating(true)}>
            New key
          </Button>
        )
      }
    >
      <Filters
        activeCount={filters.activeCount}
        onClear={filters.clear}
        search={
          <SearchInput
            label="Search keys"
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
          values={apiKeyStatuses}
        />
        {creatorId !== undefined && (
          <Tag
            closable
            style={{ alignSelf: 'center', margin: 0 }}
            onClose={() => filters.set('created_by', undefined)}
          >
            Created by {table.tableProps.dataSource?.[0]?.created_by?.name ?? `user ${creatorId}`}
          </Tag>
        )}
      </Filters>
      <ListTable<ApiKeyBody>
        {...table.tableProps}
        label="API keys"
        query={table.tableQuery}
        columns={columns}
        empty={<EmptyState title={filters.isFiltered ? 'No matching keys' : 'No keys yet'} />}
      />
      <NewApiKey isOpen={isCreating} onClose={() => setIsCreating(false)} />
    </Page>
  );
}

function Accounts({ prefixes }: { prefixes: string[] }) {
  if (prefixes.length === 0) return <Typography.Text type="secondary">All</Typography.Text>;
  const rest = prefixes.slice(shownPrefixes);
  return (
    <Space size={4} wrap style={{ maxWidth: 260 }}>
      {prefixes.slice(0, shownPrefixes).map((prefix) => (
        <Tag key={prefix} style={{ margin: 0, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {prefix}…
        </Tag>
      ))}
      {rest.length > 0 && (
        <Tooltip title={rest.map((prefix) => `${prefix}…`).join(', ')}>
          <Typography.Text type="secondary">{formatCount(rest.length)} more</Typography.Text>
        </Tooltip>
      )}
    </Space>
  );
}
