import { StopOutlined, SyncOutlined } from '@ant-design/icons';
import { useDelete } from '@refinedev/core';
import { App, Button, Space, Tooltip } from 'antd';
import { useState } from 'react';
import type { ApiKeyBody } from '../../../api/admin/api-keys/schema.ts';
import { done, notDone } from '../../providers/messages.ts';
import { RotateApiKey } from './rotate-api-key.tsx';

/** What can be done with a key that is live. */
export function ApiKeyActions({ apiKey }: { apiKey: ApiKeyBody }) {
  const { modal } = App.useApp();
  const { mutateAsync: remove } = useDelete();
  const [isRotating, setIsRotating] = useState(false);
  const { id, name } = apiKey;

  function revoke(): void {
    void modal.confirm({
      title: `Revoke the key “${name}”?`,
      content:
        'Whoever uses it is refused within two seconds, also in the middle of an upload. This cannot be undone.',
      okText: 'Revoke',
      okButtonProps: { danger: true },
      onOk: () =>
        remove({
          resource: 'api-keys',
          id,
          successNotification: done(`“${name}” revoked`),
          errorNotification: notDone('The key was not revoked'),
          // The notification has said so.
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
