import { type HttpError, useCreate } from '@refinedev/core';
import { Button, Checkbox, Flex, Form, Input } from 'antd';
import type { CategoryBody } from '../../../api/admin/categories/schema.ts';
import type { CategoryPatternBody } from '../../../api/admin/category-patterns/schema.ts';
import type { UncategorizedGroupsBody } from '../../../api/admin/uncategorized-groups/schema.ts';
import { maxPatternCharacters } from '../../../domain/limits.ts';
import { PatternPreview } from '../../components/pattern-preview.tsx';
import { showFieldErrors } from '../../components/show-field-errors.ts';
import { useApplyToHistory } from '../../components/use-apply-to-history.ts';
import { notDoneInForm } from '../../providers/messages.ts';
import { CategoryChoice } from './category-choice.tsx';
import { newCategoryName } from './new-category-name.ts';
import type { Settled } from './settled-group.tsx';

export type Group = UncategorizedGroupsBody['groups'][number];

interface Values {
  pattern: string;
  /** The id of a category, or the name of a new one (new-category-name.ts). */
  category: string;
  isWholeWords: boolean;
}

interface PatternFormProps {
  group: Group;
  onCancel: () => void;
  onSaved: (settled: Settled) => void;
}

/**
 * One action: the pattern in a category, which is made where it is a new one, and then applied to
 * stored transactions.
 */
export function PatternForm({ group, onCancel, onSaved }: PatternFormProps) {
  const [form] = Form.useForm<Values>();
  const values = Form.useWatch([], form) as Partial<Values> | undefined;
  const categories = useCreate<CategoryBody, HttpError>({ resource: 'categories' });
  const patterns = useCreate<CategoryPatternBody, HttpError>({ resource: 'category-patterns' });
  const history = useApplyToHistory({ isShown: true });
  const isSaving =
    categories.mutation.isPending || patterns.mutation.isPending || history.isPending;

  async function save({ pattern, category, isWholeWords }: Values): Promise<void> {
    let saved: CategoryPatternBody;
    try {
      const categoryId = await idOf(category);
      const { data } = await patterns.mutateAsync({
        values: { pattern, category_id: categoryId, match_mode: matchMode(isWholeWords) },
        successNotification: false,
        errorNotification: notDoneInForm('The pattern was not added'),
      });
      saved = data;
    } catch (error) {
      showFieldErrors(form, atFormField(error as HttpError));
      return;
    }
    // The pattern is there, whether or not this can start; a notification says so.
    const run = await history.apply({ pattern_id: Number(saved.id) }).catch(() => null);
    onSaved({ groupName: group.name, pattern: saved, runId: run?.id ?? null });
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
      initialValues={{ pattern: group.pattern ?? '', isWholeWords: false }}
      onFinish={save}
      style={{ marginTop: 12 }}
    >
      <Flex wrap gap={8} align="end">
        <Form.Item
          name="category"
          label="Category"
          style={{ flex: '1 1 200px', maxWidth: 320, margin: 0 }}
          rules={[{ required: true, message: 'Choose one, or type a new name.' }]}
        >
          <CategoryChoice />
        </Form.Item>
        <Form.Item
          name="pattern"
          label="Pattern"
          style={{ flex: '1 1 200px', maxWidth: 320, margin: 0 }}
          rules={[{ required: true, whitespace: true, message: 'Enter a text.' }]}
        >
          <Input autoComplete="off" maxLength={maxPatternCharacters} />
        </Form.Item>
        <Form.Item name="isWholeWords" valuePropName="checked" style={{ margin: 0 }}>
          <Checkbox>Whole words only</Checkbox>
        </Form.Item>
        <Flex gap={8}>
          <Button type="primary" htmlType="submit" loading={isSaving}>
            Save and apply
          </Button>
          <Button onClick={onCancel}>Cancel</Button>
        </Flex>
      </Flex>
      <div style={{ marginTop: 16 }}>
        <PatternPreview
          pattern={values?.pattern ?? ''}
          categoryId={categoryIdOf(values?.category)}
          matchMode={matchMode(values?.isWholeWords ?? false)}
          priority={0}
        />
      </div>
    </Form>
  );
}

const matchMode = (isWholeWords: boolean) => (isWholeWords ? 'word' : 'contains');

/** Null for none, and for one that is still to be made. */
function categoryIdOf(category: string | undefined): number | null {
  return category === undefined || newCategoryName.read(category) !== null
    ? null
    : Number(category);
}

/** What the API says of a category's name stands at the choice of the category. */
function atFormField(error: HttpError): HttpError {
  const { name, category_id, ...others } = error.errors ?? {};
  const category = name ?? category_id;
  return { ...error, errors: { ...others, ...(category !== undefined && { category }) } };
}
