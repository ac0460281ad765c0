import { type HttpError, useCustomMutation, useInvalidate } from '@refinedev/core';
import { Form, Modal, Typography } from 'antd';
import type { CategoryBody } from '../../../api/admin/categories/schema.ts';
import { CategorySelect } from '../../components/category-select.tsx';
import { showFieldErrors } from '../../components/show-field-errors.ts';
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

/** Asks into which other category one goes, with a word on what becomes of it. */
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
        errorNotification: notDoneInForm('The categories were not merged'),
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
        Its {counted(pattern_count, 'pattern')} and {counted(transaction_count, 'transaction')} go
        to the other one, and “{category.name}” is deleted. What was set by hand stays set by hand.
        This cannot be undone.
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
          label="Into"
          rules={[{ required: true, message: 'Choose a category.' }]}
        >
          <CategorySelect excludedId={category.id} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

const counted = (count: number, what: string): string =>
  `${count.toLocaleString()} ${count === 1 ? what : `${what}s`}`;
