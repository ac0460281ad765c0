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
import { LeftBehind } from './left-behind.tsx';

interface UserActionsProps {
  user: UserBody;
  /** Nobody disables themselves by a slip. */
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
  const linkLabel = user.status === 'invited' ? 'Invite again' : 'Link for a new password';

  const setDisabled = (disabled: boolean) =>
    update({
      id: user.id,
      values: { disabled },
      successNotification: done(`${user.name} ${disabled ? 'disabled' : 'enabled'}`),
      errorNotification: notDone(`${user.name} was not ${disabled ? 'disabled' : 'enabled'}`),
    });

  async function disable() {
    // Without the answer the dialog says less, and still does what it is for.
    const found = await request<UserWithKeysBody>(`users/${user.id}`).catch(() => null);
    let keysToRevoke: number[] = [];
    const dialog = modal.confirm({
      title: `Disable ${user.name}?`,
      content: (
        <>
          All their sessions end at once. They can be enabled again.
          {found !== null && (
            <LeftBehind
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
          // The notification has said so.
          .catch(() => {}),
    });
  }

  async function revokeKeys(ids: number[]) {
    for (const id of ids)
      await revoke({
        resource: 'api-keys',
        id,
        successNotification: false,
        errorNotification: notDone('A key was not revoked'),
      });
  }

  const removeSecondFactor = () =>
    removeFactor({
      url: `users/${user.id}/second-factor`,
      method: 'delete',
      values: {},
      successNotification: done(`${user.name} signs in by the password alone`),
      errorNotification: notDone('The second factor was not removed'),
    }).then(
      () => invalidate({ resource: 'users', invalidates: ['list'] }),
      // The notification has said so.
      () => {},
    );

  function askToRemoveSecondFactor() {
    void modal.confirm({
      title: `Remove the second factor of ${user.name}?`,
      content:
        'For who has lost the device and the recovery codes; make sure that it is they who ask. Their sessions end, and the password alone will do.',
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
        errorNotification: notDone('There is no new link'),
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
            // The notification has said so.
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
