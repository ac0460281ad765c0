import { useLogin } from '@refinedev/core';
import { Alert, Button, Form, Input } from 'antd';
import { SignInCard } from '../components/sign-in-card.tsx';

interface Credentials {
  email: string;
  password: string;
}

// biome-ignore lint/style/noDefaultExport: pages are loaded by React.lazy.
export default function SignIn() {
  const { mutate: signIn, isPending, data } = useLogin<Credentials>();
  const problem = data?.success === false ? data.error?.message : undefined;
  return (
    <SignInCard title="Tallyflow">
      <Form<Credentials> layout="vertical" requiredMark={false} onFinish={(given) => signIn(given)}>
        {problem !== undefined && (
          <Alert role="alert" type="error" message={problem} style={{ marginBottom: 16 }} />
        )}
        <Form.Item
          name="email"
          label="E-mail"
          rules={[{ required: true, message: 'Enter your e-mail address.' }]}
        >
          <Input type="text" inputMode="email" autoComplete="username" autoFocus size="large" />
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
    </SignInCard>
  );
}
