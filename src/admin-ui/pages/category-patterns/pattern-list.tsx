import { DeleteOutlined, EditOutlined, PlusOutlined } from '@ant-design/icons';
import { useTable } from '@refinedev/antd';
import type { CheckboxProps } from 'antd';
import { Button, InputNumber, Space, type TableColumnsType, Typography } from 'antd';
import type { TableRowSelection } from 'antd/es/table/interface';
import { useState } from 'react';
import type { CategoryPatternBody } from '../../../api/admin/category-patterns/schema.ts';
import { maxPageSize } from '../../../domain/limits.ts';
import { CategoryMark } from '../../components/category-mark.tsx';
import { CategorySelect } from '../../components/category-select.tsx';
import { DateTime } from '../../components/date-time.tsx';
import { DeletePattern } from '../../components/delete-pattern.tsx';
import { Filters } from '../../components/lists/filters.tsx';
import { ListTable } from '../../components/lists/list-table.tsx';
import { SearchInput } from '../../components/lists/search-input.tsx';
import { sortable } from '../../components/lists/sortable.ts';
import { MatchModeSelect, matchModeNames } from '../../components/match-mode-select.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState } from '../../components/states.tsx';
import { useCategories } from '../../hooks/use-categories.ts';
import { filtersOf } from '../../hooks/use-filters.ts';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';
import { BulkActions } from './bulk-actions.tsx';
import { PatternDrawer, usePatternDrawer } from './pattern-drawer.tsx';

export function PatternList() {
  const table = useTable<CategoryPatternBody>({
    resource: 'category-patterns',
    pagination: { pageSize: 50 },
    sorters: { initial: [{ field: 'pattern', order: 'asc' }] },
    errorNotification: false,
  });
  const filters = filtersOf(table);
  const { colorOf } = useCategories();
  const mayChange = useIsAllowed('edit', 'category-patterns');
  const create = usePatternDrawer('create');
  const edit = usePatternDrawer('edit');
  const [selectedIds, setSelectedIds] = useState<number[]>([]);

  const columns: TableColumnsType<CategoryPatternBody> = [
    {
      title: 'Pattern',
      ...sortable('pattern', table.sorters, { multiple: 1 }),
      render: (text: string) => <Typography.Text code>{text}</Typography.Text>,
    },
    {
      title: 'Category',
      ...sortable('category', table.sorters, { multiple: 1 }),
      render: (name: string, { category_id }) => (
        <CategoryMark id={category_id} name={name} color={colorOf(category_id)} isLink />
      ),
    },
    {
      title: 'Matches',
      ...sortable('match_mode', table.sorters, { multiple: 1 }),
      render: (mode: CategoryPatternBody['match_mode']) => matchModeNames[mode],
    },
    {
      title: 'Priority',
      ...sortable('priority', table.sorters, { multiple: 1 }),
      align: 'right',
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
      render: (_, pattern) => (
        <Space size={0}>
          <Button
            type="text"
            icon={<EditOutlined />}
            aria-label={`Edit ${pattern.pattern}`}
            onClick={() => edit.show(pattern.id)}
          />
          <DeletePattern pattern={pattern}>
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={`Delete ${pattern.pattern}`}
            />
          </DeletePattern>
        </Space>
      ),
    });
  }

  const shownIds = (table.tableProps.dataSource ?? []).map(({ id }) => id);
  const select = (ids: number[]) => setSelectedIds([...new Set(ids)].slice(0, maxPageSize));
  const selection: TableRowSelection<CategoryPatternBody> = {
    selectedRowKeys: selectedIds,
    // Rows of other pages stay selected.
    preserveSelectedRowKeys: true,
    onChange: (keys) => select(keys.map(Number)),
    getCheckboxProps: ({ pattern }) => ({ 'aria-label': `Select ${pattern}` }) as CheckboxProps,
    // Ant Design repeats the heading in a hidden row, where a checkbox could still be focused.
    hideSelectAll: true,
    columnTitle: <span className="visually-hidden">Select</span>,
  };

  return (
    <Page
      title="Patterns"
      extra={
        mayChange && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => create.show()}>
            New pattern
          </Button>
        )
      }
    >
      <Filters
        activeCount={filters.activeCount}
        search={
          <SearchInput
            label="Search patterns"
            value={filters.value('pattern', 'contains') ?? ''}
            onSearch={(text) => filters.set('pattern', text, 'contains')}
          />
        }
      >
        <CategorySelect
          allowClear
          aria-label="Category"
          style={{ width: 220 }}
          value={toNumber(filters.value('category_id'))}
          onChange={(id) => filters.set('category_id', id)}
        />
        <MatchModeSelect
          allowClear
          aria-label="Matches"
          placeholder="Matches"
          style={{ width: 150 }}
          value={filters.value<CategoryPatternBody['match_mode']>('match_mode')}
          onChange={(mode) => filters.set('match_mode', mode)}
        />
        <InputNumber
          aria-label="Priority"
          placeholder="Priority"
          precision={0}
          style={{ width: 110 }}
          value={toNumber(filters.value('priority')) ?? null}
          onChange={(priority) => filters.set('priority', priority ?? undefined)}
        />
      </Filters>
      {selectedIds.length > 0 && (
        <BulkActions
          ids={selectedIds}
          onSelectPage={() => select([...selectedIds, ...shownIds])}
          onClear={() => setSelectedIds([])}
        />
      )}
      <ListTable<CategoryPatternBody>
        {...table.tableProps}
        label="Patterns"
        query={table.tableQuery}
        columns={columns}
        rowSelection={mayChange ? selection : undefined}
        empty={
          <EmptyState
            title={filters.isFiltered ? 'No matching patterns' : 'No patterns yet'}
            detail={
              filters.isFiltered
                ? undefined
                : 'Patterns decide which transactions belong to a category.'
            }
          />
        }
      />
      <PatternDrawer title="New pattern" formName="new-pattern" drawerForm={create} />
      <PatternDrawer title="Edit pattern" formName="pattern" drawerForm={edit} />
    </Page>
  );
}

/** Values in the address are texts. */
const toNumber = (value: string | undefined): number | undefined =>
  value === undefined ? undefined : Number(value);
