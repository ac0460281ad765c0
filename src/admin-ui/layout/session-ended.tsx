import { type HttpError, useGetIdentity } from '@refinedev/core';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Typography } from 'antd';
import { useState } from 'react';
import { type SignedInUser, signIn, useHasSessionEnded } from '../providers/session.ts';
import { Notice } from './entrance.tsx';

interface Credentials {
  email: string;
  password: string;
}

/** Asks for the password again, over the page as it is: what was typed there can still be saved. */
export function SessionEnded() {
  const hasEnded = useHasSessionEnded();
  const { data: user } = useGetIdentity<SignedInUser | null>();
  const queryClient = useQueryClient();
  const [isSigningIn, setIsSigningIn] = useState(false);
  const [problem, setProblem] = useState<string>();

  async function signInAgain(credentials: Credentials) {
    setIsSigningIn(true);
    setProblem(undefined);
    try {
      const { id } = await signIn(credentials);
      // Somebody else must not go on with what this one has typed.
      if (id !== user?.id) location.reload();
      else void queryClient.invalidateQueries();
    } catch (error) {
      setProblem((error as HttpError).message);
    }
    setIsSigningIn(false);
  }

  return (
    <Modal
      open={hasEnded}
      title="Your session has ended"
      width={420}
      footer={null}
      closable={false}
      keyboard={false}
      maskClosable={false}
      destroyOnHidden
      zIndex={2_000}
    >
      <Typography.Paragraph type="secondary">
        Sign in to go on where you were. What was not saved yet is still there.
      </Typography.Paragraph>
      {problem !== undefined && <Notice text={problem} type="error" />}
      <Form<Credentials>
        name="session-ended"
        layout="vertical"
        requiredMark={false}
        initialValues={{ email: user?.email }}
        onFinish={signInAgain}
      >
        <Form.Item
          name="email"
          label="E-mail"
          rules={[{ required: true, message: 'Enter your e-mail address.' }]}
        >
          <Input type="email" autoComplete="username" />
        </Form.Item>
        <Form.Item
          name="password"
          label="Password"
          rules={[{ required: true, message: 'Enter your password.' }]}
        >
          <Input.Password autoComplete="current-password" autoFocus />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={isSigningIn}>
          Sign in
        </Button>
      </Form>
    </Modal>
  );
}
