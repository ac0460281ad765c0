import {
  EditOutlined,
  LinkOutlined,
  SafetyOutlined,
  StopOutlined,
  UndoOutlined,
} from '@ant-design/icons';
import {
  type HttpError,
  useCustomMutation,
  useDelete,
  useInvalidate,
  useUpdate,
} from '@refinedev/core';
import { App, Button, Space, Tooltip } from 'antd';
import { useState } from 'react';
import type {
  InvitedUserBody,
  UserBody,
  UserWithKeysBody,
} from '../../../api/admin/users/schema.ts';
import { done, notDone } from '../../providers/messages.ts';
import { request } from '../../providers/request.ts';
import { EditUser } from './edit-user.tsx';
import { InvitationLink } from './invitation-link.tsx';
import { RemainingKeys } from './remaining-keys.tsx';

interface UserActionsProps {
  user: UserBody;
  /** Users cannot disable themselves by mistake. */
  isSelf: boolean;
}

export function UserActions({ user, isSelf }: UserActionsProps) {
  const { modal } = App.useApp();
  const invalidate = useInvalidate();
  const { mutateAsync: update } = useUpdate<UserBody, HttpError>({ resource: 'users' });
  const { mutate: renew, mutation: renewal } = useCustomMutation<InvitedUserBody, HttpError>();
  const { mutateAsync: removeFactor } = useCustomMutation<never, HttpError>();
  const { mutateAsync: revoke } = useDelete();
  const [isEditing, setIsEditing] = useState(false);
  const isDisabled = user.status === 'disabled';
  const linkLabel = user.status === 'invited' ? 'Invite again' : 'Password reset link';

  const setDisabled = (disabled: boolean) =>
    update({
      id: user.id,
      values: { disabled },
      successNotification: done(`${user.name} ${disabled ? 'disabled' : 'enabled'}`),
      errorNotification: notDone(`Could not ${disabled ? 'disable' : 'enable'} ${user.name}`),
    });

  async function disable() {
    // Without the answer the dialog lists no keys, but can still disable the user.
    const found = await request<UserWithKeysBody>(`users/${user.id}`).catch(() => null);
    let keysToRevoke: number[] = [];
    const dialog = modal.confirm({
      title: `Disable ${user.name}?`,
      content: (
        <>
          This ends all their sessions immediately. You can enable them again.
          {found !== null && (
            <RemainingKeys
              user={found.data}
              onChoose={(ids) => {
                keysToRevoke = ids;
              }}
              onLeave={() => dialog.destroy()}
            />
          )}
        </>
      ),
      okText: 'Disable',
      okButtonProps: { danger: true },
      onOk: () =>
        setDisabled(true)
          .then(() => revokeKeys(keysToRevoke))
          // A notification has shown the error.
          .catch(() => {}),
    });
  }

  async function revokeKeys(ids: number[]) {
    for (const id of ids)
      await revoke({
        resource: 'api-keys',
        id,
        successNotification: false,
        errorNotification: notDone('Could not revoke a key'),
      });
  }

  const removeSecondFactor = () =>
    removeFactor({
      url: `users/${user.id}/second-factor`,
      method: 'delete',
      values: {},
      successNotification: done(`Second factor of ${user.name} removed`),
      errorNotification: notDone('Could not remove the second factor'),
    }).then(
      () => invalidate({ resource: 'users', invalidates: ['list'] }),
      // A notification has shown the error.
      () => {},
    );

  function askToRemoveSecondFactor() {
    void modal.confirm({
      title: `Remove the second factor of ${user.name}?`,
      content:
        'Do this only when they have lost both the device and the recovery codes, and make sure that the request comes from them. Their sessions end, and their password alone is enough to sign in.',
      okText: 'Remove',
      okButtonProps: { danger: true },
      onOk: removeSecondFactor,
    });
  }

  function invite() {
    renew(
      {
        url: `users/${user.id}/invitation`,
        method: 'post',
        values: {},
        errorNotification: notDone('Could not create a link'),
      },
      {
        onSuccess: ({ data }) => {
          void invalidate({ resource: 'users', invalidates: ['list'] });
          void modal.info({
            title: `${linkLabel}: ${user.name}`,
            width: 520,
            content: <InvitationLink user={data} />,
            okText: 'I have copied it',
          });
        },
      },
    );
  }

  return (
    <Space size={0}>
      {!isDisabled && (
        <Tooltip title={linkLabel}>
          <Button
            type="text"
            icon={<LinkOutlined />}
            aria-label={`${linkLabel}: ${user.name}`}
            loading={renewal.isPending}
            onClick={invite}
          />
        </Tooltip>
      )}
      <Tooltip title="Edit">
        <Button
          type="text"
          icon={<EditOutlined />}
          aria-label={`Edit ${user.name}`}
          onClick={() => setIsEditing(true)}
        />
      </Tooltip>
      {user.second_factor && !isSelf && (
        <Tooltip title="Remove the second factor">
          <Button
            type="text"
            icon={<SafetyOutlined />}
            aria-label={`Remove the second factor of ${user.name}`}
            onClick={askToRemoveSecondFactor}
          />
        </Tooltip>
      )}
      {isDisabled ? (
        <Tooltip title="Enable">
          <Button
            type="text"
            icon={<UndoOutlined />}
            aria-label={`Enable ${user.name}`}
            // A notification has shown the error.
            onClick={() => void setDisabled(false).catch(() => {})}
          />
        </Tooltip>
      ) : (
        !isSelf && (
          <Tooltip title="Disable">
            <Button
              type="text"
              icon={<StopOutlined />}
              aria-label={`Disable ${user.name}`}
              onClick={() => void disable()}
            />
          </Tooltip>
        )
      )}
      <EditUser
        user={user}
        isSelf={isSelf}
        isOpen={isEditing}
        onClose={() => setIsEditing(false)}
      />
    </Space>
  );
}
