import { useTable } from '@refinedev/antd';
import { Button, Flex, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { Link, useLocation, useNavigate, useParams } from 'react-router';
import type { AdminTransactionBody } from '../../../api/admin/transactions/schema.ts';
import { maxBulkTransactions } from '../../../domain/limits.ts';
import { CategoryMark } from '../../components/category-mark.tsx';
import { sourceText } from '../../components/decision.tsx';
import { ListTable } from '../../components/lists/list-table.tsx';
import { sortable } from '../../components/lists/sortable.ts';
import { Money } from '../../components/money.tsx';
import { NeedsReviewTag } from '../../components/needs-review-tag.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState } from '../../components/states.tsx';
import { StatusTag } from '../../components/status-tag.tsx';
import { useCategories } from '../../hooks/use-categories.ts';
import { filtersOf } from '../../hooks/use-filters.ts';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';
import { BulkActions } from './bulk-actions.tsx';
import { ExportButton } from './export-button.tsx';
import { TransactionDrawer } from './transaction-drawer.tsx';
import { TransactionFilters } from './transaction-filters.tsx';

export function TransactionList() {
  const { id } = useParams();
  const { search } = useLocation();
  const navigate = useNavigate();
  const table = useTable<AdminTransactionBody>({
    resource: 'transactions',
    pagination: { pageSize: 50 },
    sorters: { initial: [{ field: 'id', order: 'desc' }] },
    errorNotification: false,
  });
  const filters = filtersOf(table);
  const { colorOf } = useCategories();
  const mayChange = useIsAllowed('edit', 'transactions');
  const [selected, setSelected] = useState<number[]>([]);

  const columns: TableColumnsType<AdminTransactionBody> = [
    {
      title: 'Date',
      ...sortable('date', table.sorters),
      render: (date: string) => <span className="numeric">{date}</span>,
    },
    {
      title: 'Merchant or description',
      key: 'text',
      width: 280,
      ellipsis: true,
      render: (_, { id: rowId, merchant_name, description, transaction_id }) => (
        <Link to={`/transactions/${rowId}${search}`} title={description ?? undefined}>
          {merchant_name ?? description ?? transaction_id}
        </Link>
      ),
    },
    {
      title: 'Amount',
      ...sortable('amount', table.sorters),
      align: 'right',
      render: (amount: string, { currency }) => <Money amount={amount} currency={currency} />,
    },
    {
      title: 'Category',
      dataIndex: 'category',
      render: (name: string | null, { category_id, needs_review }) => (
        <Flex wrap gap="0 8px" align="center">
          <CategoryMark id={category_id} name={name} color={colorOf(category_id)} />
          {needs_review && <NeedsReviewTag />}
        </Flex>
      ),
    },
    {
      title: 'Decided by',
      dataIndex: 'category_source',
      className: 'numeric',
      // Narrower screens have it in the details; here it would break names of categories into lines.
      responsive: ['xxl'],
      render: (source: string | null, { category_confidence }) =>
        source === null ? '–' : sourceText(source, category_confidence),
    },
    {
      title: 'Account',
      dataIndex: 'account_id',
      responsive: ['md'],
      render: (id: string) => (
        <span className="one-line" title={id}>
          {id}
        </span>
      ),
    },
    {
      title: 'Status',
      dataIndex: 'ingestion_status',
      render: (status: AdminTransactionBody['ingestion_status']) => <StatusTag status={status} />,
    },
  ];

  return (
    <Page
      title="Transactions"
      extra={<ExportButton filters={table.filters} sorters={table.sorters} />}
    >
      <TransactionFilters filters={filters} />
      {selected.length > 0 && <BulkActions ids={selected} onClear={() => setSelected([])} />}
      <ListTable<AdminTransactionBody>
        {...table.tableProps}
        label="Transactions"
        query={table.tableQuery}
        columns={columns}
        rowClassName="clickable-row"
        rowSelection={
          mayChange
            ? {
                selectedRowKeys: selected,
                preserveSelectedRowKeys: true,
                onChange: (keys) => setSelected((keys as number[]).slice(0, maxBulkTransactions)),
                getCheckboxProps: ({ merchant_name, description, transaction_id }) =>
                  ({
                    'aria-label': `Select ${merchant_name ?? description ?? transaction_id}`,
                  }) as object,
              }
            : undefined
        }
        onRow={(row) => ({ onClick: () => void navigate(`/transactions/${row.id}${search}`) })}
        empty={
          filters.isFiltered ? (
            <EmptyState title="No matching transactions">
              <Button onClick={() => table.setFilters([], 'replace')}>Clear filters</Button>
            </EmptyState>
          ) : (
            <EmptyState
              title="No transactions yet"
              detail="Transactions arrive in batches through the integration API."
            />
          )
        }
      />
      <TransactionDrawer
        id={id}
        onClose={() => void navigate({ pathname: '/transactions', search }, { replace: true })}
      />
    </Page>
  );
}
