import { type HttpError, useCustomMutation, useInvalidate } from '@refinedev/core';
import { Form, Modal, Typography } from 'antd';
import type { CategoryBody } from '../../../api/admin/categories/schema.ts';
import { CategorySelect } from '../../components/category-select.tsx';
import { showFieldErrors } from '../../components/show-field-errors.ts';
import { pluralize } from '../../format/format-count.ts';
import { done, notDoneInForm } from '../../providers/messages.ts';

interface MergeCategoryProps {
  category: CategoryBody;
  isOpen: boolean;
  onClose: () => void;
  onMerged: (into: CategoryBody) => void;
}

interface Values {
  into_id: number;
}

/** Asks for the category to merge into, and says what that does. */
export function MergeCategory({ category, isOpen, onClose, onMerged }: MergeCategoryProps) {
  const [form] = Form.useForm<Values>();
  const { mutate, mutation } = useCustomMutation<CategoryBody, HttpError>();
  const invalidate = useInvalidate();
  const { pattern_count, transaction_count } = category;

  function merge(values: Values) {
    mutate(
      {
        url: `categories/${category.id}/merge`,
        method: 'post',
        values,
        successNotification: done(`“${category.name}” merged`),
        errorNotification: notDoneInForm('Could not merge the categories'),
      },
      {
        onError: (error) => showFieldErrors(form, error),
        onSuccess: ({ data }) => {
          for (const resource of ['categories', 'category-patterns', 'transactions'])
            void invalidate({ resource, invalidates: ['list'] });
          onMerged(data);
        },
      },
    );
  }

  return (
    <Modal
      open={isOpen}
      title={`Merge “${category.name}” into another category`}
      okText="Merge"
      okButtonProps={{ danger: true, loading: mutation.isPending }}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <Typography.Paragraph>
        This moves {pluralize(pattern_count, 'pattern')} and{' '}
        {pluralize(transaction_count, 'transaction')} to the other category and deletes “
        {category.name}”. Categories set by hand stay set by hand. You cannot undo this.
      </Typography.Paragraph>
      <Form<Values>
        form={form}
        name="merge"
        layout="vertical"
        requiredMark={false}
        onFinish={merge}
      >
        <Form.Item
          name="into_id"
          label="Merge into"
          rules={[{ required: true, message: 'Choose a category.' }]}
        >
          <CategorySelect excludedId={category.id} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
