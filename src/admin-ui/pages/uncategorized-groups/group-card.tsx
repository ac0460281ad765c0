import { CheckCircleOutlined } from '@ant-design/icons';
import { type HttpError, useCreate } from '@refinedev/core';
import { Button, Card, Flex, Form, Input, Tag, Typography } from 'antd';
import { useState } from 'react';
import type { CategoryBody } from '../../../api/admin/categories/schema.ts';
import type { CategoryPatternBody } from '../../../api/admin/category-patterns/schema.ts';
import type { UncategorizedGroupsBody } from '../../../api/admin/uncategorized-groups/schema.ts';
import { maxPatternCharacters } from '../../../domain/limits.ts';
import { Money } from '../../components/money.tsx';
import { showFieldErrors } from '../../components/show-field-errors.ts';
import { done, notDoneInForm } from '../../providers/messages.ts';
import { CategoryChoice } from './category-choice.tsx';
import { newCategoryName } from './new-category-name.ts';

type Group = UncategorizedGroupsBody['groups'][number];

interface Values {
  pattern: string;
  /** The id of a category, or the name of a new one (new-category-name.ts). */
  category: string;
}

/** One merchant: what came of it, and the pattern that would put it into a category. */
export function GroupCard({ group }: { group: Group }) {
  const [saved, setSaved] = useState<CategoryPatternBody | null>(null);
  return (
    <Card size="small">
      <Flex wrap gap={16} justify="space-between" align="start">
        <div style={{ flex: '1 1 280px', minWidth: 0 }}>
          <Flex wrap gap={8} align="baseline">
            <Typography.Text strong style={{ fontSize: 15 }}>
              {group.name === '' ? 'Without a text' : group.name}
            </Typography.Text>
            <Typography.Text type="secondary">
              {group.transaction_count.toLocaleString()}{' '}
              {group.transaction_count === 1 ? 'transaction' : 'transactions'}
            </Typography.Text>
          </Flex>
          <Flex wrap style={{ margin: '2px 0 6px', columnGap: 12 }}>
            {group.amounts.map(({ currency, amount }) => (
              <Money key={currency} amount={amount} currency={currency} />
            ))}
          </Flex>
          <Flex wrap gap={4}>
            {group.samples.slice(0, 3).map((sample) => (
              <Tag
                key={sample}
                style={{ maxWidth: '100%', overflow: 'hidden', textOverflow: 'ellipsis' }}
              >
                {sample}
              </Tag>
            ))}
          </Flex>
        </div>
        {saved === null ? (
          <PatternForm group={group} onSaved={setSaved} />
        ) : (
          <Typography.Text role="status" style={{ flex: '1 1 320px' }}>
            <CheckCircleOutlined /> <Typography.Text code>{saved.pattern}</Typography.Text> now
            means {saved.category}.
          </Typography.Text>
        )}
      </Flex>
    </Card>
  );
}

interface PatternFormProps {
  group: Group;
  onSaved: (pattern: CategoryPatternBody) => void;
}

/** One action: the pattern in a category, which is made where it is a new one. */
function PatternForm({ group, onSaved }: PatternFormProps) {
  const [form] = Form.useForm<Values>();
  const categories = useCreate<CategoryBody, HttpError>({ resource: 'categories' });
  const patterns = useCreate<CategoryPatternBody, HttpError>({ resource: 'category-patterns' });
  const isSaving = categories.mutation.isPending || patterns.mutation.isPending;

  async function save({ pattern, category }: Values): Promise<void> {
    try {
      const categoryId = await idOf(category);
      const { data } = await patterns.mutateAsync({
        values: { pattern, category_id: categoryId },
        successNotification: done(`“${pattern}” added`),
        errorNotification: notDoneInForm('The pattern was not added'),
      });
      onSaved(data);
    } catch (error) {
      showFieldErrors(form, atFormField(error as HttpError));
    }
  }

  async function idOf(category: string): Promise<number> {
    const name = newCategoryName.read(category);
    if (name === null) return Number(category);
    const { data } = await categories.mutateAsync({
      values: { name },
      successNotification: false,
      errorNotification: notDoneInForm('The category was not created'),
    });
    // Where the pattern fails after this, the category is there already.
    form.setFieldValue('category', String(data.id));
    return Number(data.id);
  }

  return (
    <Form<Values>
      form={form}
      name={`group-${group.name}`}
      layout="vertical"
      requiredMark={false}
      initialValues={{ pattern: group.pattern ?? '' }}
      onFinish={save}
      style={{ flex: '1 1 320px', maxWidth: 620 }}
    >
      <Flex wrap gap={8} align="end">
        <Form.Item
          name="pattern"
          label="Pattern"
          style={{ flex: '1 1 160px', margin: 0 }}
          rules={[{ required: true, whitespace: true, message: 'Enter a text.' }]}
        >
          <Input autoComplete="off" maxLength={maxPatternCharacters} />
        </Form.Item>
        <Form.Item
          name="category"
          label="Category"
          style={{ flex: '1 1 180px', margin: 0 }}
          rules={[{ required: true, message: 'Choose one, or type a new name.' }]}
        >
          <CategoryChoice />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={isSaving}>
          Save
        </Button>
      </Flex>
    </Form>
  );
}

/** What the API says of a category's name stands at the choice of the category. */
function atFormField(error: HttpError): HttpError {
  const { name, category_id, ...others } = error.errors ?? {};
  const category = name ?? category_id;
  return { ...error, errors: { ...others, ...(category !== undefined && { category }) } };
}
