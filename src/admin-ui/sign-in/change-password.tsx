import { type HttpError, useCustomMutation } from '@refinedev/core';
import { Button, Drawer, Form, Input } from 'antd';
import { NewPassword } from '../components/new-password.tsx';
import { showFieldErrors } from '../components/show-field-errors.ts';
import { done, notDoneInForm } from '../providers/messages.ts';

interface Values {
  current_password: string;
  new_password: string;
}

export function ChangePassword({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [form] = Form.useForm<Values>();
  const { mutate, mutation } = useCustomMutation<never, HttpError, Values>();

  function change(values: Values) {
    mutate(
      {
        url: 'session/password',
        method: 'post',
        values,
        successNotification: done('Password changed. Your other sessions have ended.'),
        errorNotification: notDoneInForm('Could not change the password'),
      },
      { onSuccess: onClose, onError: (error) => showFieldErrors(form, error) },
    );
  }

  return (
    <Drawer
      open={isOpen}
      title="Change password"
      width="min(420px, 100vw)"
      onClose={onClose}
      destroyOnHidden
    >
      <Form<Values>
        form={form}
        name="password"
        layout="vertical"
        requiredMark={false}
        onFinish={change}
      >
        <Form.Item
          name="current_password"
          label="Current password"
          rules={[{ required: true, message: 'Enter your password.' }]}
        >
          <Input.Password autoComplete="current-password" autoFocus />
        </Form.Item>
        <NewPassword name="new_password" label="New password" />
        <Button type="primary" htmlType="submit" loading={mutation.isPending}>
          Change password
        </Button>
      </Form>
    </Drawer>
  );
}
