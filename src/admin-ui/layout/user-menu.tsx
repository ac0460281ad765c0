import { LogoutOutlined, UserOutlined } from '@ant-design/icons';
import { useGetIdentity, useLogout } from '@refinedev/core';
import { Button, Dropdown } from 'antd';
import type { SignedInUser } from '../providers/session.ts';
import { chooseColorMode, colorModes, useColorMode } from '../theme/color-mode.ts';

const colorModeLabels = { system: 'As the system', light: 'Light', dark: 'Dark' };

export function UserMenu() {
  const { data: user } = useGetIdentity<SignedInUser | null>();
  const { mutate: signOut } = useLogout<{ everywhere?: boolean }>();
  const mode = useColorMode();
  if (user == null) return null;
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectedKeys: [mode],
        items: [
          { type: 'group', key: 'user', label: `${user.email} (${user.role})` },
          {
            type: 'group',
            key: 'colors',
            label: 'Colours',
            children: colorModes.map((key) => ({
              key,
              label: colorModeLabels[key],
              onClick: () => chooseColorMode(key),
            })),
          },
          { type: 'divider' },
          {
            key: 'sign-out',
            icon: <LogoutOutlined />,
            label: 'Sign out',
            onClick: () => signOut({}),
          },
          {
            key: 'sign-out-everywhere',
            label: 'Sign out everywhere',
            onClick: () => signOut({ everywhere: true }),
          },
        ],
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={`Account of ${user.name}`}>
        {user.name}
      </Button>
    </Dropdown>
  );
}
