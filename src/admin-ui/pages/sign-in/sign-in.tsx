import { useLogin } from '@refinedev/core';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useEffect } from 'react';
import { useSearchParams } from 'react-router';
import { Entrance, Notice } from '../../layout/entrance.tsx';
import { returnPath } from '../../providers/return-path.ts';

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
    // The next one at this screen must not see what the last one saw.
    queryClient.removeQueries({ queryKey: ['data'] });
  }, [queryClient]);

  return (
    <Entrance title="Sign in">
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
    </Entrance>
  );
}
