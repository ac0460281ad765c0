import { List } from '@refinedev/antd';
import { useCan, useCreate, useCustom, useList } from '@refinedev/core';
import { Alert, Button, Form, Input, Modal, Select, Skeleton, Table, Typography } from 'antd';
import { useState } from 'react';
import type { CategoryBody } from '../../api/admin/categories/schema.ts';
import type { UncategorizedGroupsBody } from '../../api/admin/uncategorized-groups/schema.ts';

type Group = UncategorizedGroupsBody['groups'][number];

// biome-ignore lint/style/noDefaultExport: pages are loaded by React.lazy.
export default function UncategorizedGroups() {
  const [chosen, setChosen] = useState<Group | null>(null);
  const { result, query } = useCustom<UncategorizedGroupsBody>({
    url: 'uncategorized-groups',
    method: 'get',
    config: { query: { limit: 100 } },
  });
  const { data: may } = useCan({ resource: 'category-patterns', action: 'create' });
  const body = query.data === undefined ? undefined : result.data;
  return (
    <List title="Uncategorized">
      {query.error && <Alert type="error" message={query.error.message} />}
      {body === undefined ? (
        <Skeleton active />
      ) : (
        <>
          <Typography.Paragraph type="secondary">
            {body.transaction_count.toLocaleString('en')} transactions of{' '}
            {body.group_count.toLocaleString('en')} merchants have no category; the largest come
            first.
          </Typography.Paragraph>
          <Table<Group>
            dataSource={body.groups}
            rowKey="name"
            pagination={{ pageSize: 20 }}
            scroll={{ x: true }}
          >
            <Table.Column<Group>
              title="Merchant"
              render={(_, group) => (
                <>
                  <div>{group.name}</div>
                  <Typography.Text type="secondary">
                    {group.samples.slice(0, 2).join(' · ')}
                  </Typography.Text>
                </>
              )}
            />
            <Table.Column<Group> title="Transactions" dataIndex="transaction_count" align="right" />
            <Table.Column<Group>
              title="Amounts"
              align="right"
              render={(_, { amounts }) =>
                amounts.map(({ currency, amount }) => (
                  <div key={currency}>
                    {amount} {currency}
                  </div>
                ))
              }
            />
            {may?.can && (
              <Table.Column<Group>
                title="Actions"
                align="right"
                render={(_, group) => (
                  <Button aria-label={`Categorize ${group.name}`} onClick={() => setChosen(group)}>
                    Categorize
                  </Button>
                )}
              />
            )}
          </Table>
        </>
      )}
      {chosen !== null && <CategorizeModal group={chosen} onClose={() => setChosen(null)} />}
    </List>
  );
}

/** Makes a pattern of a group, in a category that is there or a new one. */
function CategorizeModal({ group, onClose }: { group: Group; onClose: () => void }) {
  const [form] = Form.useForm<{ pattern: string; category_id?: number; new_category?: string }>();
  const { result: categories } = useList<CategoryBody>({
    resource: 'categories',
    sorters: [{ field: 'name', order: 'asc' }],
    pagination: { pageSize: 500 },
  });
  const { mutateAsync: create, mutation } = useCreate();
  const save = async ({
    pattern,
    category_id,
    new_category,
  }: {
    pattern: string;
    category_id?: number;
    new_category?: string;
  }) => {
    const categoryId = new_category
      ? (await create({ resource: 'categories', values: { name: new_category } })).data.id
      : category_id;
    await create({ resource: 'category-patterns', values: { pattern, category_id: categoryId } });
    onClose();
  };
  return (
    <Modal
      open
      title={`Categorize ${group.name}`}
      okText="Save"
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={mutation.isPending}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ pattern: group.pattern ?? '' }}
        onFinish={(given) => save(given).catch(() => {})}
      >
        <Form.Item
          name="pattern"
          label="Pattern"
          rules={[{ required: true, message: 'Enter a pattern.' }]}
        >
          <Input />
        </Form.Item>
        <Form.Item name="category_id" label="Category">
          <Select
            allowClear
            showSearch
            optionFilterProp="label"
            options={categories.data.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
        <Form.Item
          name="new_category"
          label="Or a new category"
          dependencies={['category_id']}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_, value) =>
                value || getFieldValue('category_id')
                  ? Promise.resolve()
                  : Promise.reject(new Error('Choose a category, or name a new one.')),
            }),
          ]}
        >
          <Input />
        </Form.Item>
        <Typography.Text type="secondary">
          It counts for transactions that are processed from now on.
        </Typography.Text>
      </Form>
    </Modal>
  );
}
