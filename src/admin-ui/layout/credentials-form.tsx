import type { HttpError } from '@refinedev/core';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import type { Credentials } from '../providers/session.ts';
import { Notice } from './entrance.tsx';

interface CredentialsFormProps {
  name: string;
  /** Of who was here before, who then only enters the password. */
  email?: string | undefined;
  size?: 'large';
  isSigningIn: boolean;
  /** What the last try has met with. */
  error: HttpError | undefined;
  onSubmit: (credentials: Credentials) => void;
}

/** E-mail and password; and a code, once the API has asked for one. */
export function CredentialsForm({
  name,
  email,
  size,
  isSigningIn,
  error,
  onSubmit,
}: CredentialsFormProps) {
  const isCodeAsked = error?.code === 'second_factor_required';
  const [hasCode, setHasCode] = useState(false);
  // For good: a wrong code is another error.
  if (isCodeAsked && !hasCode) setHasCode(true);
  const input = { size: size ?? ('middle' as const) };

  return (
    <>
      {error !== undefined && <Notice text={error.message} type={isCodeAsked ? 'info' : 'error'} />}
      <Form<Credentials>
        name={name}
        layout="vertical"
        requiredMark={false}
        initialValues={{ email }}
        onFinish={onSubmit}
      >
        <Form.Item
          name="email"
          label="E-mail"
          rules={[{ required: true, message: 'Enter your e-mail address.' }]}
        >
          <Input type="email" autoComplete="username" autoFocus={email === undefined} {...input} />
        </Form.Item>
        <Form.Item
          name="password"
          label="Password"
          rules={[{ required: true, message: 'Enter your password.' }]}
        >
          <Input.Password
            autoComplete="current-password"
            autoFocus={email !== undefined}
            {...input}
          />
        </Form.Item>
        {hasCode && <CodeField {...input} />}
        <Button type="primary" htmlType="submit" block loading={isSigningIn} {...input}>
          Sign in
        </Button>
      </Form>
    </>
  );
}

interface CodeFieldProps {
  size?: 'large' | 'middle';
  autoFocus?: boolean;
  extra?: string;
}

/** The second factor. Not for digits alone, since a recovery code will do. */
export function CodeField({ size, autoFocus = true, extra }: CodeFieldProps) {
  return (
    <Form.Item
      name="code"
      label="Code"
      extra={extra}
      rules={[{ required: true, message: 'Enter a code.' }]}
    >
      <Input
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus={autoFocus}
        {...(size !== undefined && { size })}
      />
    </Form.Item>
  );
}
