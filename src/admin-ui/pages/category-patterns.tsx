import { DeleteOutlined, EditOutlined } from '@ant-design/icons';
import { CreateButton, List, useModalForm, useSelect, useTable } from '@refinedev/antd';
import { useCan, useDelete } from '@refinedev/core';
import { Button, Flex, Form, Input, InputNumber, Modal, Popconfirm, Select, Table } from 'antd';
import type { CategoryBody } from '../../api/admin/categories/schema.ts';
import type { CategoryPatternBody } from '../../api/admin/category-patterns/schema.ts';
import { SearchBox } from '../components/search-box.tsx';

// biome-ignore lint/style/noDefaultExport: pages are loaded by React.lazy.
export default function CategoryPatterns() {
  const { tableProps, filters, setFilters } = useTable<CategoryPatternBody>({
    resource: 'category-patterns',
    sorters: { initial: [{ field: 'pattern', order: 'asc' }] },
    pagination: { pageSize: 50 },
  });
  const creating = useModalForm<CategoryPatternBody>({
    resource: 'category-patterns',
    action: 'create',
    syncWithLocation: false,
  });
  const editing = useModalForm<CategoryPatternBody>({
    resource: 'category-patterns',
    action: 'edit',
    syncWithLocation: false,
  });
  const { mutate: remove } = useDelete();
  const { data: may } = useCan({ resource: 'category-patterns', action: 'edit' });
  const { selectProps: categories } = useSelect<CategoryBody>({
    resource: 'categories',
    optionLabel: 'name',
    optionValue: 'id',
    sorters: [{ field: 'name', order: 'asc' }],
    pagination: { pageSize: 500 },
    onSearch: (value) => [{ field: 'q', operator: 'eq', value }],
  });
  const chosen = filters.find(
    (filter) => 'field' in filter && filter.field === 'category_id',
  )?.value;

  return (
    <List
      title="Patterns"
      headerButtons={<CreateButton onClick={() => creating.show()}>New pattern</CreateButton>}
    >
      <Flex gap="small" wrap style={{ marginBottom: 16 }}>
        <SearchBox label="Search patterns" filters={filters} setFilters={setFilters} />
        <Select
          {...categories}
          allowClear
          aria-label="Category"
          placeholder="Any category"
          value={chosen === undefined || chosen === null ? undefined : (Number(chosen) as never)}
          onChange={(value) =>
            setFilters([{ field: 'category_id', operator: 'eq', value }], 'merge')
          }
          style={{ minWidth: 220 }}
        />
      </Flex>
      <Table {...tableProps} rowKey="id" scroll={{ x: true }}>
        <Table.Column<CategoryPatternBody> title="Pattern" dataIndex="pattern" sorter />
        <Table.Column<CategoryPatternBody> title="Category" dataIndex="category" />
        <Table.Column<CategoryPatternBody>
          title="Priority"
          dataIndex="priority"
          align="right"
          sorter
        />
        {may?.can && (
          <Table.Column<CategoryPatternBody>
            title="Actions"
            align="right"
            render={(_, row) => (
              <Flex gap={4} justify="end">
                <Button
                  type="text"
                  aria-label={`Edit ${row.pattern}`}
                  icon={<EditOutlined />}
                  onClick={() => editing.show(row.id)}
                />
                <Popconfirm
                  title={`Delete the pattern “${row.pattern}”?`}
                  description="Transactions keep their category until they are processed anew."
                  okText="Delete"
                  onConfirm={() =>
                    remove({ resource: 'category-patterns', id: row.id, invalidates: ['list'] })
                  }
                >
                  <Button
                    type="text"
                    danger
                    aria-label={`Delete ${row.pattern}`}
                    icon={<DeleteOutlined />}
                  />
                </Popconfirm>
              </Flex>
            )}
          />
        )}
      </Table>
      {[
        { title: 'New pattern', form: creating },
        { title: 'Edit pattern', form: editing },
      ].map(({ title, form }) => (
        <Modal key={title} {...form.modalProps} title={title} okText="Save">
          <Form
            {...form.formProps}
            // Ids of the fields begin with it, and the other form is in the page too.
            name={title}
            layout="vertical"
            onFinish={(values) => {
              const { category_id, pattern, priority } = values as CategoryPatternBody;
              return form.formProps.onFinish?.({ category_id, pattern, priority: priority ?? 0 });
            }}
          >
            <Form.Item
              name="pattern"
              label="Pattern"
              extra="Matches texts that contain it, whatever the case. Below 3 characters it matches nothing."
              rules={[{ required: true, message: 'Enter a pattern.' }]}
            >
              <Input autoFocus />
            </Form.Item>
            <Form.Item
              name="category_id"
              label="Category"
              rules={[{ required: true, message: 'Choose a category.' }]}
            >
              <Select {...categories} />
            </Form.Item>
            <Form.Item name="priority" label="Priority" extra="Higher wins, whatever else matches.">
              <InputNumber min={-1000} max={1000} placeholder="0" />
            </Form.Item>
          </Form>
        </Modal>
      ))}
    </List>
  );
}
