import { DeleteOutlined } from '@ant-design/icons';
import { type HttpError, useCustomMutation, useDeleteMany, useInvalidate } from '@refinedev/core';
import { Button, Flex, Popconfirm, Typography } from 'antd';
import { CategorySelect } from '../../components/category-select.tsx';
import { done, notDone } from '../../providers/messages.ts';

interface BulkActionsProps {
  ids: number[];
  /** Those that the page shows are chosen, too. */
  onChoosePage: () => void;
  /** Nothing is chosen any more. */
  onDone: () => void;
}

const counted = (count: number): string => `${count} ${count === 1 ? 'pattern' : 'patterns'}`;

/** What can be done to all chosen patterns at once. */
export function BulkActions({ ids, onChoosePage, onDone }: BulkActionsProps) {
  const invalidate = useInvalidate();
  const { mutate: move, mutation: moving } = useCustomMutation<{ changed: number }, HttpError>();
  const { mutate: deleteMany, mutation: deleting } = useDeleteMany<{ id: number }, HttpError>();

  function finish() {
    onDone();
    void invalidate({ resource: 'category-patterns', invalidates: ['list', 'detail'] });
    void invalidate({ resource: 'categories', invalidates: ['list', 'detail'] });
  }

  function moveTo(categoryId: number | null | undefined) {
    if (categoryId == null) return;
    move(
      {
        url: 'category-patterns/bulk-move',
        method: 'post',
        values: { ids, category_id: categoryId },
        successNotification: done(`${counted(ids.length)} moved`),
        errorNotification: notDone('The patterns were not moved'),
      },
      { onSuccess: finish },
    );
  }

  return (
    <Flex
      wrap
      gap={12}
      align="center"
      role="toolbar"
      aria-label="Chosen patterns"
      style={{ minHeight: 32, marginBottom: 12 }}
    >
      <Typography.Text>{counted(ids.length)} chosen</Typography.Text>
      <CategorySelect
        aria-label="Move to"
        placeholder="Move to …"
        style={{ width: 200 }}
        value={null}
        loading={moving.isPending}
        onChange={moveTo}
      />
      <Popconfirm
        title={`Delete ${counted(ids.length)}?`}
        description="Transactions keep the category that they gave them."
        okText="Delete"
        okButtonProps={{ danger: true }}
        onConfirm={() =>
          deleteMany(
            {
              resource: 'category-patterns',
              ids,
              successNotification: done(`${counted(ids.length)} deleted`),
              errorNotification: notDone('The patterns were not deleted'),
            },
            { onSuccess: finish },
          )
        }
      >
        <Button danger icon={<DeleteOutlined />} loading={deleting.isPending}>
          Delete
        </Button>
      </Popconfirm>
      <Button type="link" onClick={onChoosePage}>
        Choose all of this page
      </Button>
      <Button type="link" onClick={onDone}>
        Choose none
      </Button>
    </Flex>
  );
}
