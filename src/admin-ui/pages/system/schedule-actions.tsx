import { CaretRightOutlined, PauseOutlined } from '@ant-design/icons';
import { type HttpError, useCustomMutation } from '@refinedev/core';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Space } from 'antd';
import { useState } from 'react';
import type { SystemBody } from '../../../api/admin/system/schema.ts';
import { showFieldErrors } from '../../components/show-field-errors.ts';
import { done, notDoneInForm } from '../../providers/messages.ts';

export type Schedule = NonNullable<SystemBody['schedule']>;

interface PauseValues {
  note: string;
}

export function ScheduleActions({ schedule }: { schedule: Schedule }) {
  const [form] = Form.useForm<PauseValues>();
  const [isPausing, setIsPausing] = useState(false);
  const queryClient = useQueryClient();
  const { mutate, mutation } = useCustomMutation<never, HttpError>();

  function operate(action: 'pause' | 'resume' | 'trigger', success: string, values: object = {}) {
    mutate(
      {
        url: `system/schedule/${action}`,
        method: 'post',
        values,
        successNotification: done(success),
        errorNotification: notDoneInForm(`Could not ${action} the sweep`),
      },
      {
        onSuccess: () => {
          setIsPausing(false);
          void queryClient.invalidateQueries({ queryKey: ['system'] });
        },
        onError: (error) => showFieldErrors(form, error),
      },
    );
  }

  return (
    <Space wrap style={{ paddingBlock: 8 }}>
      <Button disabled={mutation.isPending} onClick={() => operate('trigger', 'Sweep started')}>
        Run now
      </Button>
      {schedule.paused ? (
        <Button
          type="primary"
          icon={<CaretRightOutlined />}
          disabled={mutation.isPending}
          onClick={() => operate('resume', 'Sweep resumed')}
        >
          Resume
        </Button>
      ) : (
        <Button
          icon={<PauseOutlined />}
          disabled={mutation.isPending}
          onClick={() => setIsPausing(true)}
        >
          Pause
        </Button>
      )}
      <Modal
        open={isPausing}
        title="Pause the sweep?"
        okText="Pause"
        confirmLoading={mutation.isPending}
        onOk={form.submit}
        onCancel={() => setIsPausing(false)}
        destroyOnHidden
      >
        <p>
          Batches whose start was lost wait until you resume the sweep. New batches are processed as
          usual. A restart does not end the pause.
        </p>
        <Form<PauseValues>
          form={form}
          name="pause"
          layout="vertical"
          requiredMark={false}
          initialValues={{ note: '' }}
          onFinish={(values) => operate('pause', 'Sweep paused', values)}
        >
          <Form.Item name="note" label="Reason, shown while paused">
            <Input autoFocus autoComplete="off" maxLength={500} />
          </Form.Item>
        </Form>
      </Modal>
    </Space>
  );
}
