import { PlusOutlined } from '@ant-design/icons';
import { useTable } from '@refinedev/antd';
import { useGetIdentity } from '@refinedev/core';
import { Badge, Button, Select, type TableColumnsType, Tag, Typography } from 'antd';
import { useState } from 'react';
import type { UserBody } from '../../../api/admin/users/schema.ts';
import { roles } from '../../../domain/role.ts';
import { DateTime } from '../../components/date-time.tsx';
import { Filters } from '../../components/filters.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { Page } from '../../components/page.tsx';
import { SearchInput } from '../../components/search-input.tsx';
import { sortOrderOf } from '../../components/sort-order.ts';
import { EmptyState } from '../../components/states.tsx';
import { filtersOf } from '../../components/use-filters.ts';
import { useMay } from '../../components/use-may.ts';
import type { SignedInUser } from '../../providers/session.ts';
import { InviteUser } from './invite-user.tsx';
import { UserActions } from './user-actions.tsx';

const looks = { active: 'success', invited: 'processing', disabled: 'default' } as const;

export function UserList() {
  const [isInviting, setIsInviting] = useState(false);
  const mayInvite = useMay('create', 'users');
  const { data: self } = useGetIdentity<SignedInUser | null>();
  const table = useTable<UserBody>({
    resource: 'users',
    pagination: { pageSize: 25 },
    sorters: { initial: [{ field: 'name', order: 'asc' }] },
    errorNotification: false,
  });
  const filters = filtersOf(table);

  const columns: TableColumnsType<UserBody> = [
    {
      title: 'Name',
      dataIndex: 'name',
      sorter: true,
      sortOrder: sortOrderOf('name', table.sorters),
      render: (name: string, { id, email }) => (
        <>
          {name} {id === self?.id && <Tag>You</Tag>}
          <br />
          <Typography.Text type="secondary">{email}</Typography.Text>
        </>
      ),
    },
    {
      title: 'Role',
      dataIndex: 'role',
      sorter: true,
      sortOrder: sortOrderOf('role', table.sorters),
      render: (role: string, { may_export }) => (
        <>
          {role}
          <Typography.Text type="secondary" style={{ display: 'block' }}>
            {may_export ? 'may export' : 'may not export'}
          </Typography.Text>
        </>
      ),
    },
    {
      title: 'State',
      dataIndex: 'status',
      render: (_, user) => (
        <>
          <Badge
            style={{ whiteSpace: 'nowrap' }}
            status={looks[user.status]}
            text={stateOf(user)}
          />
          {user.second_factor && (
            <Typography.Text type="secondary" style={{ display: 'block' }}>
              with a second factor
            </Typography.Text>
          )}
        </>
      ),
    },
    {
      title: 'Last sign-in',
      dataIndex: 'last_signed_in_at',
      sorter: true,
      sortOrder: sortOrderOf('last_signed_in_at', table.sorters),
      render: (value: string | null) => <DateTime value={value} none="Never" />,
    },
    {
      key: 'actions',
      title: <span className="visually-hidden">Actions</span>,
      align: 'right',
      render: (_, user) => <UserActions user={user} isSelf={user.id === self?.id} />,
    },
  ];

  return (
    <Page
      title="Users"
      subtitle="People who may sign in to this console."
      extra={
        mayInvite && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setIsInviting(true)}>
            Invite
          </Button>
        )
      }
    >
      <Filters
        activeCount={filters.activeCount}
        search={
          <SearchInput
            label="Search names and e-mails"
            value={filters.value('q') ?? ''}
            onSearch={(text) => filters.set('q', text)}
          />
        }
      >
        <Select
          allowClear
          aria-label="Role"
          placeholder="Role"
          style={{ width: 140 }}
          value={filters.value('role')}
          onChange={(role) => filters.set('role', role)}
          options={roles.map((role) => ({ value: role, label: role }))}
        />
      </Filters>
      <ListTable<UserBody>
        {...table.tableProps}
        label="Users"
        query={table.tableQuery}
        columns={columns}
        empty={<EmptyState title="Nobody is like this" />}
      />
      <InviteUser isOpen={isInviting} onClose={() => setIsInviting(false)} />
    </Page>
  );
}

function stateOf({ status, invitation_expires_at }: UserBody): string {
  if (status !== 'invited') return status;
  const isOver = invitation_expires_at === null || Date.parse(invitation_expires_at) < Date.now();
  return isOver ? 'invitation expired' : 'invited';
}
