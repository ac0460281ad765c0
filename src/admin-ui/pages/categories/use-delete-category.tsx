import { useDelete, useInvalidate } from '@refinedev/core';
import { App } from 'antd';
import type { CategoryBody } from '../../../api/admin/categories/schema.ts';
import { pluralize } from '../../format/format-count.ts';
import { done, notDone } from '../../providers/messages.ts';

/** What deleting a category does to its patterns and transactions. */
function consequences({ pattern_count, transaction_count }: CategoryBody): string {
  const patterns =
    pattern_count === 0
      ? 'It has no patterns.'
      : `This also deletes ${pluralize(pattern_count, 'pattern')}.`;
  const transactions =
    transaction_count === 0
      ? 'It has no transactions.'
      : `${pluralize(transaction_count, 'transaction becomes', 'transactions become')} uncategorized.`;
  return `${patterns} ${transactions} You cannot undo this.`;
}

/** Deletes a category after a confirmation that says what it does. */
export function useDeleteCategory() {
  const { modal } = App.useApp();
  const { mutateAsync } = useDelete();
  const invalidate = useInvalidate();

  return (category: CategoryBody, onDeleted?: () => void): void => {
    void modal.confirm({
      title: `Delete the category “${category.name}”?`,
      content: consequences(category),
      okText: 'Delete',
      okButtonProps: { danger: true },
      async onOk() {
        await mutateAsync({
          resource: 'categories',
          id: category.id,
          successNotification: done(`“${category.name}” deleted`),
          errorNotification: notDone('Could not delete the category'),
        }).then(
          () => {
            onDeleted?.();
            void invalidate({ resource: 'category-patterns', invalidates: ['list'] });
            void invalidate({ resource: 'transactions', invalidates: ['list'] });
          },
          // A notification has shown the error.
          () => {},
        );
      },
    });
  };
}
