import { type HttpError, useCreate } from '@refinedev/core';
import { Button, Checkbox, Flex, Form, Input } from 'antd';
import type { CategoryBody } from '../../../api/admin/categories/schema.ts';
import type { CategoryPatternBody } from '../../../api/admin/category-patterns/schema.ts';
import type { UncategorizedGroupsBody } from '../../../api/admin/uncategorized-groups/schema.ts';
import { maxPatternCharacters } from '../../../domain/limits.ts';
import { PatternPreview } from '../../components/pattern-preview.tsx';
import { showFieldErrors } from '../../components/show-field-errors.ts';
import { useApplyToHistory } from '../../hooks/use-apply-to-history.ts';
import { notDoneInForm } from '../../providers/messages.ts';
import { CategoryChoice } from './category-choice.tsx';
import { newCategoryName } from './new-category-name.ts';
import type { Settled } from './settled-group.tsx';

type Group = UncategorizedGroupsBody['groups'][number];

interface Values {
  pattern: string;
  /** The id of a category, or the name of a new one (new-category-name.ts). */
  category: string;
  isWholeWords: boolean;
}

interface PatternFormProps {
  group: Pick<Group, 'name' | 'pattern'>;
  /** The category that is chosen at first. */
  categoryId?: number;
  onCancel: () => void;
  onSaved: (settled: Settled) => void;
}

/**
 * Saves a pattern, creates its category when that is new, and applies the pattern to stored
 * transactions, all in one action.
 */
export function PatternForm({ group, categoryId, onCancel, onSaved }: PatternFormProps) {
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
        errorNotification: notDoneInForm('Could not add the pattern'),
      });
      saved = data;
    } catch (error) {
      showFieldErrors(form, atFormField(error as HttpError));
      return;
    }
    // The pattern stays saved when the run cannot start, which a notification says.
    const run = await history.apply({ pattern_id: Number(saved.id) }).catch(() => null);
    onSaved({ pattern: saved, runId: run?.id ?? null });
  }

  async function idOf(category: string): Promise<number> {
    const name = newCategoryName.read(category);
    if (name === null) return Number(category);
    const { data } = await categories.mutateAsync({
      values: { name },
      successNotification: false,
      errorNotification: notDoneInForm('Could not create the category'),
    });
    // The category exists from now on, even when saving the pattern fails.
    form.setFieldValue('category', String(data.id));
    return Number(data.id);
  }

  return (
    <Form<Values>
      form={form}
      name={`group-${group.name}`}
      layout="vertical"
      requiredMark={false}
      initialValues={{
        pattern: group.pattern ?? '',
        category: categoryId === undefined ? undefined : String(categoryId),
        isWholeWords: false,
      }}
      onFinish={save}
      style={{ marginTop: 12 }}
    >
      <Flex wrap gap={8} align="end">
        <Form.Item
          name="category"
          label="Category"
          style={{ flex: '1 1 200px', maxWidth: 320, margin: 0 }}
          rules={[{ required: true, message: 'Choose a category or type a new name.' }]}
        >
          <CategoryChoice />
        </Form.Item>
        <Form.Item
          name="pattern"
          label="Pattern"
          style={{ flex: '1 1 200px', maxWidth: 320, margin: 0 }}
          rules={[{ required: true, whitespace: true, message: 'Enter a pattern.' }]}
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

/** Null for no category, and for a new one. */
function categoryIdOf(category: string | undefined): number | null {
  return category === undefined || newCategoryName.read(category) !== null
    ? null
    : Number(category);
}

/** Shows the API's errors about a category at the choice of the category. */
function atFormField(error: HttpError): HttpError {
  const { name, category_id, ...others } = error.errors ?? {};
  const category = name ?? category_id;
  return { ...error, errors: { ...others, ...(category !== undefined && { category }) } };
}
