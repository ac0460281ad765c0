import { useCustomMutation, useInvalidate } from '@refinedev/core';
import { Button, Popconfirm } from 'antd';
import { done, notDone } from '../../providers/messages.ts';

export function CancelRecategorization({ id }: { id: string }) {
  const { mutateAsync } = useCustomMutation();
  const invalidate = useInvalidate();

  async function cancel(): Promise<void> {
    await mutateAsync({
      url: `recategorizations/${id}/cancel`,
      method: 'post',
      values: {},
      successNotification: done('Run cancelled'),
      errorNotification: notDone('Could not cancel the run'),
      // A notification has shown the error.
    }).catch(() => {});
    await invalidate({ resource: 'recategorizations', invalidates: ['list', 'detail'] });
  }

  return (
    <Popconfirm
      title="Cancel this run?"
      description="Transactions that it has already changed stay changed."
      okText="Cancel run"
      cancelText="Keep running"
      okButtonProps={{ danger: true }}
      onConfirm={cancel}
    >
      <Button type="link" danger>
        Cancel
      </Button>
    </Popconfirm>
  );
}
