import { DeleteOutlined } from '@ant-design/icons';
import { type HttpError, useCustomMutation, useDeleteMany, useInvalidate } from '@refinedev/core';
import { Button, Flex, Popconfirm, Typography } from 'antd';
import { CategorySelect } from '../../components/category-select.tsx';
import { pluralize } from '../../format/format-count.ts';
import { done, notDone } from '../../providers/messages.ts';

interface BulkActionsProps {
  ids: number[];
  onSelectPage: () => void;
  onClear: () => void;
}

/** The actions on all selected patterns. */
export function BulkActions({ ids, onSelectPage, onClear }: BulkActionsProps) {
  const patterns = pluralize(ids.length, 'pattern');
  const invalidate = useInvalidate();
  const { mutate: move, mutation: moving } = useCustomMutation<{ changed: number }, HttpError>();
  const { mutate: deleteMany, mutation: deleting } = useDeleteMany<{ id: number }, HttpError>();

  function finish() {
    onClear();
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
        successNotification: done(`${patterns} moved`),
        errorNotification: notDone('Could not move the patterns'),
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
      aria-label="Selected patterns"
      style={{ minHeight: 32, marginBottom: 12 }}
    >
      <Typography.Text>{patterns} selected</Typography.Text>
      <CategorySelect
        aria-label="Move to"
        placeholder="Move to…"
        style={{ width: 200 }}
        value={null}
        loading={moving.isPending}
        onChange={moveTo}
      />
      <Popconfirm
        title={`Delete ${patterns}?`}
        description="Transactions keep the category that they gave them."
        okText="Delete"
        okButtonProps={{ danger: true }}
        onConfirm={() =>
          deleteMany(
            {
              resource: 'category-patterns',
              ids,
              successNotification: done(`${patterns} deleted`),
              errorNotification: notDone('Could not delete the patterns'),
            },
            { onSuccess: finish },
          )
        }
      >
        <Button danger icon={<DeleteOutlined />} loading={deleting.isPending}>
          Delete
        </Button>
      </Popconfirm>
      <Button type="link" onClick={onSelectPage}>
        Select all on this page
      </Button>
      <Button type="link" onClick={onClear}>
        Clear selection
      </Button>
    </Flex>
  );
}
