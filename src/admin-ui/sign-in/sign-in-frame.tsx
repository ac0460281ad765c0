import { Alert, Card, Flex, Typography } from 'antd';
import { type ReactNode, useEffect } from 'react';
import { Brand } from '../layout/brand.tsx';

interface SignInFrameProps {
  title: string;
  children: ReactNode;
}

/** The frame of the pages for users who are not signed in yet. */
export function SignInFrame({ title, children }: SignInFrameProps) {
  useEffect(() => {
    document.title = `${title} · Tallyflow`;
  }, [title]);
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
            {title}
          </Typography.Title>
          {children}
        </Card>
      </Flex>
    </Flex>
  );
}

export function Notice({ text, type }: { text: string; type: 'info' | 'error' }) {
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
