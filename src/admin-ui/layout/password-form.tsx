import { type HttpError, useCustomMutation } from '@refinedev/core';
import { Button, Form, Input } from 'antd';
import { showFieldErrors } from '../components/show-field-errors.ts';
import { done, notDoneInForm } from '../providers/messages.ts';

interface PasswordFormProps<Answer> {
  url: string;
  label: string;
  isDangerous?: boolean;
  success?: string;
  failure: string;
  onDone: (answer: Answer) => void;
}

/** Whoever has found a screen unlocked does not know the password. */
export function PasswordForm<Answer extends object>({
  url,
  label,
  isDangerous = false,
  success,
  failure,
  onDone,
}: PasswordFormProps<Answer>) {
  const [form] = Form.useForm<{ password: string }>();
  const { mutate, mutation } = useCustomMutation<Answer, HttpError, { password: string }>();

  function send(values: { password: string }) {
    mutate(
      {
        url,
        method: 'post',
        values,
        successNotification: success === undefined ? false : done(success),
        errorNotification: notDoneInForm(failure),
      },
      {
        onSuccess: ({ data }) => onDone(data),
        onError: (error) => showFieldErrors(form, error),
      },
    );
  }

  return (
    <Form
      form={form}
      name="second-factor-password"
      layout="vertical"
      requiredMark={false}
      onFinish={send}
    >
      <Form.Item
        name="password"
        label="Your password"
        rules={[{ required: true, message: 'Enter your password.' }]}
      >
        <Input.Password autoComplete="current-password" autoFocus />
      </Form.Item>
      <Button type="primary" danger={isDangerous} htmlType="submit" loading={mutation.isPending}>
        {label}
      </Button>
    </Form>
  );
}
