import { LogoutOutlined, MoonOutlined, SunOutlined } from '@ant-design/icons';
import { useGetIdentity, useLogout } from '@refinedev/core';
import { Button, Flex, Layout, Typography, theme } from 'antd';
import type { SessionBody } from '../../api/admin/session/schema.ts';
import { useMode } from '../theme.tsx';

/** Who is signed in, light or dark, and the way out. */
export function Header() {
  const { token } = theme.useToken();
  const { mode, toggle } = useMode();
  const { data: user } = useGetIdentity<SessionBody['user']>();
  const { mutate: signOut } = useLogout();
  const other = mode === 'dark' ? 'light' : 'dark';
  return (
    <Layout.Header
      style={{
        background: token.colorBgContainer,
        padding: '0 24px',
        height: 56,
        lineHeight: '56px',
      }}
    >
      <Flex justify="end" align="center" gap="small" style={{ height: '100%' }}>
        {user !== undefined && (
          <Typography.Text ellipsis type="secondary">
            {user.name} · {user.role}
          </Typography.Text>
        )}
        <Button
          type="text"
          aria-label={`Switch to ${other} colours`}
          icon={mode === 'dark' ? <SunOutlined /> : <MoonOutlined />}
          onClick={toggle}
        />
        <Button type="text" icon={<LogoutOutlined />} onClick={() => signOut()}>
          Sign out
        </Button>
      </Flex>
    </Layout.Header>
  );
}
