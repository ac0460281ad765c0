import { PlusOutlined } from '@ant-design/icons';
import { useTable } from '@refinedev/antd';
import { useGetIdentity } from '@refinedev/core';
import { Badge, Button, type TableColumnsType, Tag, Typography } from 'antd';
import { useState } from 'react';
import type { UserBody } from '../../../api/admin/users/schema.ts';
import { roles } from '../../../domain/role.ts';
import { DateTime } from '../../components/date-time.tsx';
import { ChoiceFilter } from '../../components/lists/choice-filter.tsx';
import { Filters } from '../../components/lists/filters.tsx';
import { ListTable } from '../../components/lists/list-table.tsx';
import { SearchInput } from '../../components/lists/search-input.tsx';
import { sortable } from '../../components/lists/sortable.ts';
import { Page } from '../../components/page.tsx';
import { EmptyState } from '../../components/states.tsx';
import { capitalize } from '../../format/capitalize.ts';
import { filtersOf } from '../../hooks/use-filters.ts';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';
import type { SignedInUser } from '../../providers/session.ts';
import { InviteUser } from './invite-user.tsx';
import { UserActions } from './user-actions.tsx';

const looks = { active: 'success', invited: 'processing', disabled: 'default' } as const;

export function UserList() {
  const [isInviting, setIsInviting] = useState(false);
  const mayInvite = useIsAllowed('create', 'users');
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
      ...sortable('name', table.sorters),
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
      ...sortable('role', table.sorters),
      render: (role: string, { may_export }) => (
        <>
          {capitalize(role)}
          <Typography.Text type="secondary" style={{ display: 'block' }}>
            {may_export ? 'can export' : 'cannot export'}
          </Typography.Text>
        </>
      ),
    },
    {
      title: 'Status',
      dataIndex: 'status',
      render: (_, user) => (
        <>
          <Badge
            style={{ whiteSpace: 'nowrap' }}
            status={looks[user.status]}
            text={statusText(user)}
          />
          {user.second_factor && (
            <Typography.Text type="secondary" style={{ display: 'block' }}>
              has a second factor
            </Typography.Text>
          )}
        </>
      ),
    },
    {
      title: 'Last sign-in',
      ...sortable('last_signed_in_at', table.sorters),
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
            Invite user
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
        <ChoiceFilter filters={filters} field="role" label="Role" width={140} values={roles} />
      </Filters>
      <ListTable<UserBody>
        {...table.tableProps}
        label="Users"
        query={table.tableQuery}
        columns={columns}
        empty={<EmptyState title="No matching users" />}
      />
      <InviteUser isOpen={isInviting} onClose={() => setIsInviting(false)} />
    </Page>
  );
}

function statusText({ status, invitation_expires_at }: UserBody): string {
  if (status !== 'invited') return capitalize(status);
  const isOver = invitation_expires_at === null || Date.parse(invitation_expires_at) < Date.now();
  return isOver ? 'Invitation expired' : 'Invited';
}
