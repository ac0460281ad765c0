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
      successNotification: done('Cancelled'),
      errorNotification: notDone('It was not cancelled'),
      // The notification has said so.
    }).catch(() => {});
    await invalidate({ resource: 'recategorizations', invalidates: ['list', 'detail'] });
  }

  return (
    <Popconfirm
      title="Cancel this run?"
      description="Transactions that it has changed stay changed."
      okText="Cancel the run"
      cancelText="Let it go on"
      okButtonProps={{ danger: true }}
      onConfirm={cancel}
    >
      <Button type="link" danger>
        Cancel
      </Button>
    </Popconfirm>
  );
}
