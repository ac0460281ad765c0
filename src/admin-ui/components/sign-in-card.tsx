import { Card, Flex, Typography } from 'antd';
import type { PropsWithChildren } from 'react';

/** The frame of the pages before the sign-in. */
export function SignInCard({ title, children }: PropsWithChildren<{ title: string }>) {
  return (
    <Flex
      component="main"
      justify="center"
      align="center"
      style={{ minHeight: '100vh', padding: 16 }}
    >
      <Card style={{ width: '100%', maxWidth: 380 }}>
        <Typography.Title level={1} style={{ fontSize: 26, marginTop: 0 }}>
          {title}
        </Typography.Title>
        {children}
      </Card>
    </Flex>
  );
}
