import { PlusOutlined } from '@ant-design/icons';
import { useTable } from '@refinedev/antd';
import { Button, Select, Space, type TableColumnsType, Tag, Tooltip, Typography } from 'antd';
import { useState } from 'react';
import type { ApiKeyBody } from '../../../api/admin/api-keys/schema.ts';
import { apiKeyStatuses } from '../../../domain/api-key-status.ts';
import { DateTime } from '../../components/date-time.tsx';
import { Filters } from '../../components/filters.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { Page } from '../../components/page.tsx';
import { SearchInput } from '../../components/search-input.tsx';
import { sortOrderOf } from '../../components/sort-order.ts';
import { EmptyState } from '../../components/states.tsx';
import { filtersOf } from '../../components/use-filters.ts';
import { useMay } from '../../components/use-may.ts';
import { ApiKeyActions } from './api-key-actions.tsx';
import { ApiKeyStatusTag } from './api-key-status.tsx';
import { NewApiKey } from './new-api-key.tsx';

/** The rest of a key's accounts is in a tooltip. */
const shownPrefixes = 2;

export function ApiKeyList() {
  const [isCreating, setIsCreating] = useState(false);
  const mayChange = useMay('delete', 'api-keys');
  const table = useTable<ApiKeyBody>({
    resource: 'api-keys',
    pagination: { pageSize: 25 },
    sorters: { initial: [{ field: 'created_at', order: 'desc' }] },
    errorNotification: false,
  });
  const filters = filtersOf(table);
  const maker = filters.value('created_by');

  const columns: TableColumnsType<ApiKeyBody> = [
    {
      title: 'Name',
      dataIndex: 'name',
      sorter: true,
      sortOrder: sortOrderOf('name', table.sorters),
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
      title: 'State',
      dataIndex: 'expires_at',
      sorter: true,
      sortOrder: sortOrderOf('expires_at', table.sorters),
      render: (_, apiKey) => <ApiKeyStatusTag apiKey={apiKey} />,
    },
    {
      title: 'Created',
      dataIndex: 'created_at',
      sorter: true,
      sortOrder: sortOrderOf('created_at', table.sorters),
      render: (value: string, { created_by, rotated_from }) => (
        <>
          <DateTime value={value} />
          <Typography.Text type="secondary" style={{ display: 'block' }}>
            {created_by === null
              ? 'by the environment'
              : `${rotated_from === null ? '' : 'rotated '}by ${created_by.name}`}
          </Typography.Text>
        </>
      ),
    },
    {
      title: 'Last used',
      dataIndex: 'last_used_at',
      sorter: true,
      sortOrder: sortOrderOf('last_used_at', table.sorters),
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
        <Select
          allowClear
          aria-label="State"
          placeholder="State"
          style={{ width: 140 }}
          value={filters.value('status')}
          onChange={(status) => filters.set('status', status)}
          options={apiKeyStatuses.map((value) => ({ value, label: value }))}
        />
        {maker !== undefined && (
          <Tag
            closable
            style={{ alignSelf: 'center', margin: 0 }}
            onClose={() => filters.set('created_by', undefined)}
          >
            Made by {table.tableProps.dataSource?.[0]?.created_by?.name ?? `user ${maker}`}
          </Tag>
        )}
      </Filters>
      <ListTable<ApiKeyBody>
        {...table.tableProps}
        label="API keys"
        query={table.tableQuery}
        columns={columns}
        empty={<EmptyState title={filters.isFiltered ? 'No keys like this' : 'No keys yet'} />}
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
          <Typography.Text type="secondary">{rest.length} more</Typography.Text>
        </Tooltip>
      )}
    </Space>
  );
}
