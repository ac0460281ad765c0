import { useDelete } from '@refinedev/core';
import { Popconfirm } from 'antd';
import type { ReactElement } from 'react';
import type { CategoryPatternBody } from '../../api/admin/category-patterns/schema.ts';
import { done, notDone } from '../providers/messages.ts';

interface DeletePatternProps {
  pattern: CategoryPatternBody;
  /** The button that asks. */
  children: ReactElement;
}

/** Deletes a pattern after a confirmation. The list shows it before the API has answered. */
export function DeletePattern({ pattern: { id, pattern }, children }: DeletePatternProps) {
  const { mutate } = useDelete();
  return (
    <Popconfirm
      title={`Delete the pattern “${pattern}”?`}
      description="Transactions keep the category that it gave them."
      okText="Delete"
      okButtonProps={{ danger: true }}
      onConfirm={() =>
        mutate({
          resource: 'category-patterns',
          id,
          mutationMode: 'optimistic',
          successNotification: done('Pattern deleted'),
          errorNotification: notDone('Could not delete the pattern'),
        })
      }
    >
      {children}
    </Popconfirm>
  );
}
