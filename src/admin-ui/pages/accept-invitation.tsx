import type { HttpError } from '@refinedev/core';
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { SignInCard } from '../components/sign-in-card.tsx';
import { acceptInvitation } from '../providers/auth-provider.ts';

// biome-ignore lint/style/noDefaultExport: pages are loaded by React.lazy.
export default function AcceptInvitation() {
  const [query] = useSearchParams();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<string>();
  const accept = async ({ password }: { password: string }) => {
    try {
      await acceptInvitation(query.get('token') ?? '', password);
      await navigate('/', { replace: true });
    } catch (error) {
      const { errors, message } = error as HttpError;
      const [field, details] = Object.entries(errors ?? {})[0] ?? [];
      setProblem(field === undefined ? message : `The ${field} ${details}.`);
    }
  };
  return (
    <SignInCard title="Welcome">
      <Form layout="vertical" requiredMark={false} onFinish={accept}>
        {problem !== undefined && (
          <Alert role="alert" type="error" message={problem} style={{ marginBottom: 16 }} />
        )}
        <Form.Item
          name="password"
          label="Choose a password"
          extra="At least 12 characters."
          rules={[{ required: true, min: 12, message: 'At least 12 characters.' }]}
        >
          <Input.Password autoComplete="new-password" autoFocus size="large" />
        </Form.Item>
        <Button type="primary" htmlType="submit" size="large" block>
          Sign in
        </Button>
      </Form>
    </SignInCard>
  );
}
