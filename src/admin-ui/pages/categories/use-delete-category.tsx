import { useDelete, useInvalidate } from '@refinedev/core';
import { App } from 'antd';
import type { CategoryBody } from '../../../api/admin/categories/schema.ts';
import { done, notDone } from '../../providers/messages.ts';

const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`;

/** What deleting it takes along, and what stays. */
function consequences({ pattern_count, transaction_count }: CategoryBody): string {
  const patterns =
    pattern_count === 0
      ? 'It has no patterns.'
      : `${counted(pattern_count, 'pattern is', 'patterns are')} deleted with it.`;
  const transactions =
    transaction_count === 0
      ? 'No transaction is in it.'
      : `${counted(transaction_count, 'transaction stays', 'transactions stay')}, without a category.`;
  return `${patterns} ${transactions} This cannot be undone.`;
}

/** Asks, with a word on what it does, and deletes. */
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
          errorNotification: notDone('The category was not deleted'),
        }).then(
          () => {
            onDeleted?.();
            void invalidate({ resource: 'category-patterns', invalidates: ['list'] });
            void invalidate({ resource: 'transactions', invalidates: ['list'] });
          },
          // The notification has said so.
          () => {},
        );
      },
    });
  };
}
