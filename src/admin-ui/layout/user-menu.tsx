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
import { chooseColorMode, colorModes, useColorMode } from '../theme/color-mode.ts';
import { ChangePassword } from './change-password.tsx';
import { OwnSessions } from './own-sessions.tsx';
import { SecondFactor } from './second-factor.tsx';

const colorModeLabels = { system: 'As the system', light: 'Light', dark: 'Dark' };

export function UserMenu() {
  const { data: user } = useGetIdentity<SignedInUser | null>();
  const { mutate: signOut } = useLogout<{ everywhere?: boolean }>();
  const mode = useColorMode();
  const { modal } = App.useApp();
  const [isChangingPassword, setIsChangingPassword] = useState(false);
  const [isAtSecondFactor, setIsAtSecondFactor] = useState(false);
  const [isLookingAtSessions, setIsLookingAtSessions] = useState(false);
  if (user == null) return null;
  function signOutEverywhere() {
    void modal.confirm({
      title: 'Sign out everywhere?',
      content: 'All your sessions end, in this browser and in every other one.',
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
              label: 'Colours',
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
              label: 'Change the password',
              onClick: () => setIsChangingPassword(true),
            },
            {
              key: 'second-factor',
              icon: <SafetyOutlined />,
              label: 'Second factor',
              onClick: () => setIsAtSecondFactor(true),
            },
            {
              key: 'sessions',
              icon: <DesktopOutlined />,
              label: 'Where I am signed in',
              onClick: () => setIsLookingAtSessions(true),
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
      <SecondFactor isOpen={isAtSecondFactor} onClose={() => setIsAtSecondFactor(false)} />
      <OwnSessions isOpen={isLookingAtSessions} onClose={() => setIsLookingAtSessions(false)} />
    </>
  );
}
