import { DeleteOutlined, EditOutlined, PlusOutlined } from '@ant-design/icons';
import { useTable } from '@refinedev/antd';
import { useDelete } from '@refinedev/core';
import type { CheckboxProps } from 'antd';
import { Button, InputNumber, Popconfirm, Space, type TableColumnsType, Typography } from 'antd';
import type { TableRowSelection } from 'antd/es/table/interface';
import { useState } from 'react';
import type { CategoryPatternBody } from '../../../api/admin/category-patterns/schema.ts';
import { maxPageSize } from '../../../domain/limits.ts';
import { CategoryMark } from '../../components/category-mark.tsx';
import { CategorySelect } from '../../components/category-select.tsx';
import { DateTime } from '../../components/date-time.tsx';
import { Filters } from '../../components/filters.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { MatchModeSelect, matchModeNames } from '../../components/match-mode-select.tsx';
import { Page } from '../../components/page.tsx';
import { SearchInput } from '../../components/search-input.tsx';
import { sortOrderOf } from '../../components/sort-order.ts';
import { EmptyState } from '../../components/states.tsx';
import { useCategories } from '../../components/use-categories.ts';
import { filtersOf } from '../../components/use-filters.ts';
import { useMay } from '../../components/use-may.ts';
import { done, notDone } from '../../providers/messages.ts';
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
  const mayChange = useMay('edit', 'category-patterns');
  const create = usePatternDrawer('create');
  const edit = usePatternDrawer('edit');
  const [chosenIds, setChosenIds] = useState<number[]>([]);

  const columns: TableColumnsType<CategoryPatternBody> = [
    {
      title: 'Pattern',
      dataIndex: 'pattern',
      sorter: { multiple: 1 },
      sortOrder: sortOrderOf('pattern', table.sorters),
      render: (text: string) => <Typography.Text code>{text}</Typography.Text>,
    },
    {
      title: 'Category',
      dataIndex: 'category',
      sorter: { multiple: 1 },
      sortOrder: sortOrderOf('category', table.sorters),
      render: (name: string, { category_id }) => (
        <CategoryMark id={category_id} name={name} color={colorOf(category_id)} isLink />
      ),
    },
    {
      title: 'Matches',
      dataIndex: 'match_mode',
      sorter: { multiple: 1 },
      sortOrder: sortOrderOf('match_mode', table.sorters),
      render: (mode: CategoryPatternBody['match_mode']) => matchModeNames[mode],
    },
    {
      title: 'Priority',
      dataIndex: 'priority',
      align: 'right',
      sorter: { multiple: 1 },
      sortOrder: sortOrderOf('priority', table.sorters),
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
      render: (_, pattern) => (
        <Space size={0}>
          <Button
            type="text"
            icon={<EditOutlined />}
            aria-label={`Edit ${pattern.pattern}`}
            onClick={() => edit.show(pattern.id)}
          />
          <DeletePattern pattern={pattern} />
        </Space>
      ),
    });
  }

  const shownIds = (table.tableProps.dataSource ?? []).map(({ id }) => id);
  const choose = (ids: number[]) => setChosenIds([...new Set(ids)].slice(0, maxPageSize));
  const selection: TableRowSelection<CategoryPatternBody> = {
    selectedRowKeys: chosenIds,
    // Also those of other pages, until they are let go of.
    preserveSelectedRowKeys: true,
    onChange: (keys) => choose(keys.map(Number)),
    getCheckboxProps: ({ pattern }) => ({ 'aria-label': `Choose ${pattern}` }) as CheckboxProps,
    // Ant Design repeats the heading in a row that is hidden, where a checkbox could still be focused.
    hideSelectAll: true,
    columnTitle: <span className="visually-hidden">Choose</span>,
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
      {chosenIds.length > 0 && (
        <BulkActions
          ids={chosenIds}
          onChoosePage={() => choose([...chosenIds, ...shownIds])}
          onDone={() => setChosenIds([])}
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
            title={filters.isFiltered ? 'No pattern is like this' : 'No patterns yet'}
            detail={
              filters.isFiltered ? undefined : 'Patterns say which texts belong to a category.'
            }
          />
        }
      />
      <PatternDrawer title="New pattern" formName="new-pattern" drawerForm={create} />
      <PatternDrawer title="Edit pattern" formName="pattern" drawerForm={edit} />
    </Page>
  );
}

/** What stands in the address is text. */
const toNumber = (value: string | undefined): number | undefined =>
  value === undefined ? undefined : Number(value);

function DeletePattern({ pattern }: { pattern: CategoryPatternBody }) {
  const { mutate } = useDelete();
  return (
    <Popconfirm
      title={`Delete the pattern “${pattern.pattern}”?`}
      description="Transactions keep the category that it gave them."
      okText="Delete"
      okButtonProps={{ danger: true }}
      onConfirm={() =>
        mutate({
          resource: 'category-patterns',
          id: pattern.id,
          successNotification: done('Pattern deleted'),
          errorNotification: notDone('The pattern was not deleted'),
        })
      }
    >
      <Button type="text" icon={<DeleteOutlined />} aria-label={`Delete ${pattern.pattern}`} />
    </Popconfirm>
  );
}
