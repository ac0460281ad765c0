import { DeleteOutlined, EditOutlined, ImportOutlined, PlusOutlined } from '@ant-design/icons';
import { useTable } from '@refinedev/antd';
import { Button, Space, type TableColumnsType } from 'antd';
import { Link } from 'react-router';
import type { CategoryBody } from '../../../api/admin/categories/schema.ts';
import { CategoryMark } from '../../components/category-mark.tsx';
import { DateTime } from '../../components/date-time.tsx';
import { Filters } from '../../components/filters.tsx';
import { listPath } from '../../components/list-path.ts';
import { ListTable } from '../../components/list-table.tsx';
import { Page } from '../../components/page.tsx';
import { SearchInput } from '../../components/search-input.tsx';
import { sortOrderOf } from '../../components/sort-order.ts';
import { EmptyState } from '../../components/states.tsx';
import { filtersOf } from '../../components/use-filters.ts';
import { useMay } from '../../components/use-may.ts';
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
  const mayChange = useMay('edit', 'categories');
  const create = useCategoryDrawer('create');
  const edit = useCategoryDrawer('edit');
  const deleteCategory = useDeleteCategory();
  const categoryImport = useCategoryImport();

  const columns: TableColumnsType<CategoryBody> = [
    {
      title: 'Name',
      dataIndex: 'name',
      sorter: { multiple: 1 },
      sortOrder: sortOrderOf('name', table.sorters),
      render: (_, { id, name, color }) => <CategoryMark id={id} name={name} color={color} isLink />,
    },
    {
      title: 'Patterns',
      dataIndex: 'pattern_count',
      align: 'right',
      sorter: { multiple: 1 },
      sortOrder: sortOrderOf('pattern_count', table.sorters),
      render: (count: number) => <span className="numeric">{count.toLocaleString()}</span>,
    },
    {
      title: 'Transactions',
      dataIndex: 'transaction_count',
      align: 'right',
      sorter: { multiple: 1 },
      sortOrder: sortOrderOf('transaction_count', table.sorters),
      render: (count: number, { id }) => (
        <Link className="numeric" to={transactionsOf(id)}>
          {count.toLocaleString()}
        </Link>
      ),
    },
    {
      title: 'Changed',
      dataIndex: 'updated_at',
      responsive: ['md'],
      sorter: { multiple: 1 },
      sortOrder: sortOrderOf('updated_at', table.sorters),
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
            <EmptyState title="No category has this in its name" />
          ) : (
            <EmptyState
              title="No categories yet"
              detail="A category collects transactions by its patterns."
            >
              {mayChange && (
                <Space wrap>
                  <Button type="primary" onClick={() => void categoryImport.chooseStarter()}>
                    Look at the starter categories
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

export const transactionsOf = (categoryId: number): string =>
  listPath('/transactions', [{ field: 'category_id', operator: 'eq', value: categoryId }]);
