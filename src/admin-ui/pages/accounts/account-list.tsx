import { useCustom } from '@refinedev/core';
import { Button, Flex, type TableColumnsType, Typography } from 'antd';
import { Link, useNavigate, useSearchParams } from 'react-router';
import type { AccountBody } from '../../../api/admin/accounts/schema.ts';
import { accountPath } from '../../components/account-path.ts';
import { Filters } from '../../components/lists/filters.tsx';
import { ListTable } from '../../components/lists/list-table.tsx';
import { SearchInput } from '../../components/lists/search-input.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState } from '../../components/states.tsx';

/** A user who looks for another account knows more of its id. */
const shownAccounts = 50;

const columns: TableColumnsType<AccountBody> = [
  {
    title: 'Account',
    dataIndex: 'id',
    render: (id: string) => (
      <Link to={accountPath(id)} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {id}
      </Link>
    ),
  },
  {
    title: 'First transaction',
    dataIndex: 'first_date',
    width: 150,
    className: 'numeric',
    responsive: ['md'],
  },
  { title: 'Last transaction', dataIndex: 'last_date', width: 150, className: 'numeric' },
];

/** Finds an account by the start of its id. */
export function AccountList() {
  const navigate = useNavigate();
  const [address, setAddress] = useSearchParams();
  const prefix = address.get('q') ?? '';
  const { result, query } = useCustom<AccountBody[]>({
    url: 'accounts',
    method: 'get',
    config: { query: { limit: shownAccounts, ...(prefix !== '' && { q: prefix }) } },
    errorNotification: false,
    queryOptions: { placeholderData: (previous) => previous },
  });
  const accounts = query.data === undefined ? undefined : result.data;
  const search = (text: string) => setAddress(text === '' ? {} : { q: text }, { replace: true });

  return (
    <Page title="Accounts">
      <Filters
        activeCount={0}
        search={<SearchInput label="Account id starts with" value={prefix} onSearch={search} />}
      />
      <Flex vertical gap={12}>
        <ListTable<AccountBody>
          label="Accounts"
          query={query}
          dataSource={accounts}
          loading={query.isFetching}
          columns={columns}
          scroll={{}}
          pagination={false}
          rowClassName="clickable-row"
          onRow={({ id }) => ({ onClick: () => void navigate(accountPath(id)) })}
          empty={
            prefix === '' ? (
              <EmptyState
                title="No accounts yet"
                detail="An account appears with its first transaction."
              />
            ) : (
              <EmptyState title="No matching accounts" detail="Account ids are case-sensitive.">
                <Button onClick={() => search('')}>Show all</Button>
              </EmptyState>
            )
          }
        />
        {accounts?.length === shownAccounts && (
          <Typography.Text type="secondary">
            Showing the first {shownAccounts} accounts. Type more of the id to find others.
          </Typography.Text>
        )}
      </Flex>
    </Page>
  );
}
