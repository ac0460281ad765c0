import { DeleteOutlined, EditOutlined } from '@ant-design/icons';
import { CreateButton, List, useModalForm, useTable } from '@refinedev/antd';
import { useCan, useDelete } from '@refinedev/core';
import { App, Button, ColorPicker, Flex, Form, Input, Modal, Table } from 'antd';
import { Link } from 'react-router';
import type { CategoryBody } from '../../api/admin/categories/schema.ts';
import { CategoryName } from '../components/category-name.tsx';
import { SearchBox } from '../components/search-box.tsx';

// biome-ignore lint/style/noDefaultExport: pages are loaded by React.lazy.
export default function Categories() {
  const { modal } = App.useApp();
  const { tableProps, filters, setFilters } = useTable<CategoryBody>({
    resource: 'categories',
    sorters: { initial: [{ field: 'name', order: 'asc' }] },
    pagination: { pageSize: 50 },
  });
  const creating = useModalForm<CategoryBody>({
    resource: 'categories',
    action: 'create',
    syncWithLocation: false,
  });
  const editing = useModalForm<CategoryBody>({
    resource: 'categories',
    action: 'edit',
    syncWithLocation: false,
  });
  const { mutate: remove } = useDelete();
  const { data: may } = useCan({ resource: 'categories', action: 'edit' });

  const confirmDelete = (category: CategoryBody) =>
    modal.confirm({
      title: `Delete ${category.name}?`,
      content: `Its ${category.pattern_count} patterns go with it, and ${category.transaction_count.toLocaleString('en')} transactions become uncategorized. No transaction is deleted.`,
      okText: 'Delete',
      okButtonProps: { danger: true },
      onOk: () => remove({ resource: 'categories', id: category.id, invalidates: ['list'] }),
    });

  return (
    <List
      title="Categories"
      headerButtons={<CreateButton onClick={() => creating.show()}>New category</CreateButton>}
    >
      <Flex style={{ marginBottom: 16 }}>
        <SearchBox label="Search categories" filters={filters} setFilters={setFilters} />
      </Flex>
      <Table {...tableProps} rowKey="id" scroll={{ x: true }}>
        <Table.Column<CategoryBody>
          title="Name"
          dataIndex="name"
          sorter
          render={(_, row) => <CategoryName name={row.name} color={row.color} />}
        />
        <Table.Column<CategoryBody>
          title="Patterns"
          dataIndex="pattern_count"
          align="right"
          render={(value, row) => <Link to={`/patterns?category_id=${row.id}`}>{value}</Link>}
        />
        <Table.Column<CategoryBody>
          title="Transactions"
          dataIndex="transaction_count"
          align="right"
          render={(value, row) => (
            <Link to={`/transactions?category_id=${row.id}`}>{value.toLocaleString('en')}</Link>
          )}
        />
        {may?.can && (
          <Table.Column<CategoryBody>
            title="Actions"
            align="right"
            render={(_, row) => (
              <Flex gap={4} justify="end">
                <Button
                  type="text"
                  aria-label={`Edit ${row.name}`}
                  icon={<EditOutlined />}
                  onClick={() => editing.show(row.id)}
                />
                <Button
                  type="text"
                  danger
                  aria-label={`Delete ${row.name}`}
                  icon={<DeleteOutlined />}
                  onClick={() => confirmDelete(row)}
                />
              </Flex>
            )}
          />
        )}
      </Table>
      <CategoryModal title="New category" form={creating} />
      <CategoryModal title="Edit category" form={editing} />
    </List>
  );
}

function CategoryModal({
  title,
  form,
}: {
  title: string;
  form: ReturnType<typeof useModalForm<CategoryBody>>;
}) {
  const { modalProps, formProps } = form;
  return (
    <Modal {...modalProps} title={title} okText="Save">
      <Form
        {...formProps}
        // Ids of the fields begin with it, and the other form is in the page too.
        name={title}
        layout="vertical"
        onFinish={(values) => {
          const { name, color } = values as CategoryBody;
          return formProps.onFinish?.({ name, color });
        }}
      >
        <Form.Item name="name" label="Name" rules={[{ required: true, message: 'Enter a name.' }]}>
          <Input autoFocus />
        </Form.Item>
        <Form.Item name="color" label="Colour" getValueFromEvent={(color) => color.toHexString()}>
          <ColorPicker disabledAlpha showText />
        </Form.Item>
      </Form>
    </Modal>
  );
}
