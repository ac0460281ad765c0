import { DeleteOutlined, EditOutlined, ImportOutlined, PlusOutlined } from '@ant-design/icons';
import { useTable } from '@refinedev/antd';
import { Button, Space, type TableColumnsType } from 'antd';
import { Link } from 'react-router';
import type { CategoryBody } from '../../../api/admin/categories/schema.ts';
import { CategoryMark } from '../../components/category-mark.tsx';
import { DateTime } from '../../components/date-time.tsx';
import { countColumn } from '../../components/lists/count-column.tsx';
import { Filters } from '../../components/lists/filters.tsx';

import { ListTable } from '../../components/lists/list-table.tsx';
import { SearchInput } from '../../components/lists/search-input.tsx';
import { sortable } from '../../components/lists/sortable.ts';
import { Page } from '../../components/page.tsx';
import { EmptyState } from '../../components/states.tsx';
import { isCategory, transactionsPath } from '../../components/transactions-path.ts';
import { formatCount } from '../../format/format-count.ts';
import { filtersOf } from '../../hooks/use-filters.ts';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';
import { CategoryDrawer } from './category-drawer.tsx';
import { ExportMenu } from './export-menu.tsx';
import { ImportDrawer } from './import-drawer.tsx';
import { useCategoryDrawer } from './use-category-drawer.ts';
import { useCategoryImport } from './use-category-import.ts';
import { useDeleteCategory } from './use-delete-category.tsx';

export function CategoryList() {
  const table = useTable<CategoryBody>({
    resource: 'categories',
    pagination: { pageSize: 50 },
    sorters: { initial: [{ field: 'name', order: 'asc' }] },
    errorNotification: false,
  });
  const filters = filtersOf(table);
  const mayChange = useIsAllowed('edit', 'categories');
  const create = useCategoryDrawer('create');
  const edit = useCategoryDrawer('edit');
  const deleteCategory = useDeleteCategory();
  const categoryImport = useCategoryImport();

  const columns: TableColumnsType<CategoryBody> = [
    {
      title: 'Name',
      ...sortable('name', table.sorters, { multiple: 1 }),
      render: (_, { id, name, color }) => <CategoryMark id={id} name={name} color={color} isLink />,
    },
    {
      ...countColumn('Patterns', 'pattern_count'),
      ...sortable('pattern_count', table.sorters, { multiple: 1 }),
    },
    {
      ...countColumn('Transactions', 'transaction_count'),
      ...sortable('transaction_count', table.sorters, { multiple: 1 }),
      render: (count: number, { id }) => (
        <Link to={transactionsPath({}, [isCategory(id)])}>{formatCount(count)}</Link>
      ),
    },
    {
      title: 'Changed',
      ...sortable('updated_at', table.sorters, { multiple: 1 }),
      responsive: ['md'],
      render: (value: string) => <DateTime value={value} />,
    },
  ];
  if (mayChange) {
    columns.push({
      key: 'actions',
      title: <span className="visually-hidden">Actions</span>,
      align: 'right',
      render: (_, category) => (
        <Space size={0}>
          <Button
            type="text"
            icon={<EditOutlined />}
            aria-label={`Edit ${category.name}`}
            onClick={() => edit.show(category.id)}
          />
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={`Delete ${category.name}`}
            onClick={() => deleteCategory(category)}
          />
        </Space>
      ),
    });
  }

  const importButton = (
    <Button icon={<ImportOutlined />} onClick={categoryImport.open}>
      Import…
    </Button>
  );
  const extra = (
    <>
      <ExportMenu />
      {mayChange && importButton}
      {mayChange && (
        <Button type="primary" icon={<PlusOutlined />} onClick={() => create.show()}>
          New category
        </Button>
      )}
    </>
  );

  return (
    <Page title="Categories" extra={extra}>
      <Filters
        activeCount={filters.activeCount}
        search={
          <SearchInput
            label="Search categories"
            value={filters.value('name', 'contains') ?? ''}
            onSearch={(text) => filters.set('name', text, 'contains')}
          />
        }
      />
      <ListTable<CategoryBody>
        {...table.tableProps}
        label="Categories"
        query={table.tableQuery}
        columns={columns}
        empty={
          filters.isFiltered ? (
            <EmptyState title="No matching categories" />
          ) : (
            <EmptyState
              title="No categories yet"
              detail="A category gets the transactions that match its patterns."
            >
              {mayChange && (
                <Space wrap>
                  <Button type="primary" onClick={() => void categoryImport.chooseStarter()}>
                    Preview starter categories
                  </Button>
                  {importButton}
                </Space>
              )}
            </EmptyState>
          )
        }
      />
      <ImportDrawer categoryImport={categoryImport} />
      <CategoryDrawer title="New category" formName="new-category" drawerForm={create} />
      <CategoryDrawer title="Edit category" formName="category" drawerForm={edit} />
    </Page>
  );
}
