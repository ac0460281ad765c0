import { StopOutlined, SyncOutlined } from '@ant-design/icons';
import { useDelete } from '@refinedev/core';
import { App, Button, Space, Tooltip } from 'antd';
import { useState } from 'react';
import type { ApiKeyBody } from '../../../api/admin/api-keys/schema.ts';
import { done, notDone } from '../../providers/messages.ts';
import { RotateApiKey } from './rotate-api-key.tsx';

/** The actions on a live key. */
export function ApiKeyActions({ apiKey }: { apiKey: ApiKeyBody }) {
  const { modal } = App.useApp();
  const { mutateAsync: remove } = useDelete();
  const [isRotating, setIsRotating] = useState(false);
  const { id, name } = apiKey;

  function revoke(): void {
    void modal.confirm({
      title: `Revoke the key “${name}”?`,
      content:
        'Requests with this key are refused within two seconds, even during an upload. You cannot undo this.',
      okText: 'Revoke',
      okButtonProps: { danger: true },
      onOk: () =>
        remove({
          resource: 'api-keys',
          id,
          successNotification: done(`“${name}” revoked`),
          errorNotification: notDone('Could not revoke the key'),
          // A notification has shown the error.
        }).catch(() => {}),
    });
  }

  return (
    <Space size={0}>
      <Tooltip title="Rotate">
        <Button
          type="text"
          icon={<SyncOutlined />}
          aria-label={`Rotate ${name}`}
          onClick={() => setIsRotating(true)}
        />
      </Tooltip>
      <Tooltip title="Revoke">
        <Button
          type="text"
          danger
          icon={<StopOutlined />}
          aria-label={`Revoke ${name}`}
          onClick={revoke}
        />
      </Tooltip>
      <RotateApiKey apiKey={apiKey} isOpen={isRotating} onClose={() => setIsRotating(false)} />
    </Space>
  );
}
