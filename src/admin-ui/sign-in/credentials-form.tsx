import type { HttpError } from '@refinedev/core';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import type { Credentials } from '../providers/session.ts';
import { Notice } from './sign-in-frame.tsx';

interface CredentialsFormProps {
  name: string;
  /** The address of a user who has only to enter the password again. */
  email?: string | undefined;
  size?: 'large';
  isSigningIn: boolean;
  /** The error of the last attempt. */
  error: HttpError | undefined;
  onSubmit: (credentials: Credentials) => void;
}

/** Asks for e-mail and password, and for a code once the API has asked for one. */
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
  // The field stays: a wrong code is a different error.
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

/** The code of the second factor. It takes letters too, since a recovery code has them. */
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
