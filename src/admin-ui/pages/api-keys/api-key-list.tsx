import { PlusOutlined } from '@ant-design/icons';
import { useTable } from '@refinedev/antd';
import { useDelete } from '@refinedev/core';
import { App, Button, Space, type TableColumnsType, Tag, Typography } from 'antd';
import { useState } from 'react';
import type { ApiKeyBody } from '../../../api/admin/api-keys/schema.ts';
import { DateTime } from '../../components/date-time.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { Page } from '../../components/page.tsx';
import { sortOrderOf } from '../../components/sort-order.ts';
import { EmptyState } from '../../components/states.tsx';
import { useMay } from '../../components/use-may.ts';
import { done, notDone } from '../../providers/messages.ts';
import { NewApiKey } from './new-api-key.tsx';

export function ApiKeyList() {
  const [isCreating, setIsCreating] = useState(false);
  const { modal } = App.useApp();
  const { mutateAsync } = useDelete();
  const mayChange = useMay('delete', 'api-keys');
  const table = useTable<ApiKeyBody>({
    resource: 'api-keys',
    pagination: { pageSize: 25 },
    sorters: { initial: [{ field: 'created_at', order: 'desc' }] },
    errorNotification: false,
  });

  function revoke({ id, name }: ApiKeyBody): void {
    void modal.confirm({
      title: `Revoke the key “${name}”?`,
      content: 'Whoever uses it is refused within two seconds. This cannot be undone.',
      okText: 'Revoke',
      okButtonProps: { danger: true },
      onOk: () =>
        mutateAsync({
          resource: 'api-keys',
          id,
          successNotification: done(`“${name}” revoked`),
          errorNotification: notDone('The key was not revoked'),
          // The notification has said so.
        }).catch(() => {}),
    });
  }

  const columns: TableColumnsType<ApiKeyBody> = [
    {
      title: 'Name',
      dataIndex: 'name',
      sorter: true,
      sortOrder: sortOrderOf('name', table.sorters),
    },
    {
      title: 'Key',
      dataIndex: 'prefix',
      render: (prefix: string) => <Typography.Text code>{prefix}…</Typography.Text>,
    },
    {
      title: 'Scopes',
      dataIndex: 'scopes',
      render: (scopes: ApiKeyBody['scopes']) => (
        <Space size={4}>
          {scopes.map((scope) => (
            <Tag key={scope}>{scope}</Tag>
          ))}
        </Space>
      ),
    },
    {
      title: 'Created',
      dataIndex: 'created_at',
      sorter: true,
      sortOrder: sortOrderOf('created_at', table.sorters),
      render: (value: string) => <DateTime value={value} />,
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
      render: (_, apiKey) => {
        if (apiKey.revoked_at !== null)
          return (
            <Typography.Text type="secondary">
              Revoked <DateTime value={apiKey.revoked_at} />
            </Typography.Text>
          );
        return (
          mayChange && (
            <Button
              type="link"
              danger
              aria-label={`Revoke ${apiKey.name}`}
              onClick={() => revoke(apiKey)}
            >
              Revoke
            </Button>
          )
        );
      },
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
      <ListTable<ApiKeyBody>
        {...table.tableProps}
        label="API keys"
        query={table.tableQuery}
        columns={columns}
        empty={<EmptyState title="No keys yet" />}
      />
      <NewApiKey isOpen={isCreating} onClose={() => setIsCreating(false)} />
    </Page>
  );
}
