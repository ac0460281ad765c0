import { useLogin } from '@refinedev/core';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Card, Flex, Form, Input, Typography } from 'antd';
import { useEffect } from 'react';
import { useSearchParams } from 'react-router';
import { Brand } from '../../layout/brand.tsx';
import { returnPath } from '../../providers/return-path.ts';
import { hasSessionEnded } from '../../providers/session.ts';

interface Credentials {
  email: string;
  password: string;
}

export function SignIn() {
  const [query] = useSearchParams();
  const { mutate: signIn, isPending, data } = useLogin<Credentials & { redirectTo: string }>({});
  const queryClient = useQueryClient();
  const problem = data?.success === false ? data.error?.message : undefined;

  useEffect(() => {
    document.title = 'Sign in · Tallyflow';
    // The next one at this screen must not see what the last one saw.
    queryClient.removeQueries({ queryKey: ['data'] });
  }, [queryClient]);

  return (
    <Flex
      component="main"
      vertical
      align="center"
      justify="center"
      style={{ minHeight: '100vh', padding: 16, background: 'var(--ant-color-bg-layout)' }}
    >
      <Flex vertical gap={20} style={{ width: '100%', maxWidth: 380 }}>
        <Flex justify="center">
          <Brand size={36} />
        </Flex>
        <Card>
          <Typography.Title level={1} style={{ fontSize: 20, marginTop: 0 }}>
            Sign in
          </Typography.Title>
          {hasSessionEnded() && problem === undefined && (
            <Notice text="Your session has ended. Sign in to go on where you were." type="info" />
          )}
          {problem !== undefined && <Notice text={problem} type="error" />}
          <Form<Credentials>
            layout="vertical"
            requiredMark={false}
            onFinish={(values) => signIn({ ...values, redirectTo: returnPath(query) })}
          >
            <Form.Item
              name="email"
              label="E-mail"
              rules={[{ required: true, message: 'Enter your e-mail address.' }]}
            >
              <Input type="email" autoComplete="username" autoFocus size="large" />
            </Form.Item>
            <Form.Item
              name="password"
              label="Password"
              rules={[{ required: true, message: 'Enter your password.' }]}
            >
              <Input.Password autoComplete="current-password" size="large" />
            </Form.Item>
            <Button type="primary" htmlType="submit" size="large" block loading={isPending}>
              Sign in
            </Button>
          </Form>
        </Card>
      </Flex>
    </Flex>
  );
}

function Notice({ text, type }: { text: string; type: 'info' | 'error' }) {
  return (
    <Alert
      role={type === 'error' ? 'alert' : 'status'}
      type={type}
      message={text}
      showIcon
      style={{ marginBottom: 16 }}
    />
  );
}
