import { type HttpError, useCustomMutation } from '@refinedev/core';
import { Button, Form, Input } from 'antd';
import { showFieldErrors } from '../components/show-field-errors.ts';
import { done, notDoneInForm } from '../providers/messages.ts';
import { CodeField } from './credentials-form.tsx';

interface Values {
  password: string;
  code?: string;
}

interface PasswordFormProps<Answer> {
  url: string;
  label: string;
  /** Also asks for a code of the second factor. */
  hasCode?: boolean;
  isDangerous?: boolean;
  success?: string;
  failure: string;
  onDone: (answer: Answer) => void;
}

/** Asks for the password again, which somebody at an unlocked screen does not know. */
export function PasswordForm<Answer extends object>({
  url,
  label,
  hasCode = false,
  isDangerous = false,
  success,
  failure,
  onDone,
}: PasswordFormProps<Answer>) {
  const [form] = Form.useForm<Values>();
  const { mutate, mutation } = useCustomMutation<Answer, HttpError, Values>();

  function send(values: Values) {
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
      {hasCode && (
        <CodeField autoFocus={false} extra="From your authenticator app, or a recovery code." />
      )}
      <Button type="primary" danger={isDangerous} htmlType="submit" loading={mutation.isPending}>
        {label}
      </Button>
    </Form>
  );
}
