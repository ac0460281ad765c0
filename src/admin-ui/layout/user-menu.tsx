import {
  DesktopOutlined,
  KeyOutlined,
  LogoutOutlined,
  SafetyOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { useGetIdentity, useLogout } from '@refinedev/core';
import { App, Button, Dropdown } from 'antd';
import { useState } from 'react';
import type { SignedInUser } from '../providers/session.ts';
import { ChangePassword } from '../sign-in/change-password.tsx';
import { OwnSessions } from '../sign-in/own-sessions.tsx';
import { SecondFactor } from '../sign-in/second-factor.tsx';
import { chooseColorMode, colorModes, useColorMode } from '../theme/color-mode.ts';

const colorModeLabels = { system: 'System', light: 'Light', dark: 'Dark' };

export function UserMenu() {
  const { data: user } = useGetIdentity<SignedInUser | null>();
  const { mutate: signOut } = useLogout<{ everywhere?: boolean }>();
  const mode = useColorMode();
  const { modal } = App.useApp();
  const [isChangingPassword, setIsChangingPassword] = useState(false);
  const [isChangingSecondFactor, setIsChangingSecondFactor] = useState(false);
  const [isShowingSessions, setIsShowingSessions] = useState(false);
  if (user == null) return null;
  function signOutEverywhere() {
    void modal.confirm({
      title: 'Sign out everywhere?',
      content: 'This ends all your sessions, also the one in this browser.',
      okText: 'Sign out everywhere',
      onOk: () => signOut({ everywhere: true }),
    });
  }

  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          selectedKeys: [mode],
          items: [
            { type: 'group', key: 'user', label: `${user.email} (${user.role})` },
            {
              type: 'group',
              key: 'colors',
              label: 'Theme',
              children: colorModes.map((key) => ({
                key,
                label: colorModeLabels[key],
                onClick: () => chooseColorMode(key),
              })),
            },
            { type: 'divider' },
            {
              key: 'password',
              icon: <KeyOutlined />,
              label: 'Change password',
              onClick: () => setIsChangingPassword(true),
            },
            {
              key: 'second-factor',
              icon: <SafetyOutlined />,
              label: 'Second factor',
              onClick: () => setIsChangingSecondFactor(true),
            },
            {
              key: 'sessions',
              icon: <DesktopOutlined />,
              label: 'Active sessions',
              onClick: () => setIsShowingSessions(true),
            },
            {
              key: 'sign-out',
              icon: <LogoutOutlined />,
              label: 'Sign out',
              onClick: () => signOut({}),
            },
            {
              key: 'sign-out-everywhere',
              label: 'Sign out everywhere',
              onClick: signOutEverywhere,
            },
          ],
        }}
      >
        <Button type="text" icon={<UserOutlined />} aria-label={`Account of ${user.name}`}>
          {user.name}
        </Button>
      </Dropdown>
      <ChangePassword isOpen={isChangingPassword} onClose={() => setIsChangingPassword(false)} />
      <SecondFactor
        isOpen={isChangingSecondFactor}
        onClose={() => setIsChangingSecondFactor(false)}
      />
      <OwnSessions isOpen={isShowingSessions} onClose={() => setIsShowingSessions(false)} />
    </>
  );
}
