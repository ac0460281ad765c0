import { Checkbox, Flex, Typography } from 'antd';
import type { UserWithKeysBody } from '../../../api/admin/users/schema.ts';
import { LinkButton } from '../../components/link-button.tsx';
import { listPath } from '../../components/list-path.ts';

interface LeftBehindProps {
  user: UserWithKeysBody;
  /** Ids of the keys that are to be revoked; none unless somebody chooses them, since systems rely on them. */
  onChoose: (ids: number[]) => void;
  /** The dialog is over once somebody goes to the keys. */
  onLeave: () => void;
}

/** What goes on working without a user: the API keys that they made, and may know. */
export function LeftBehind({ user, onChoose, onLeave }: LeftBehindProps) {
  const { id, live_api_keys: keys } = user;
  if (keys.length === 0) return null;
  const filters = [
    { field: 'created_by', operator: 'eq' as const, value: id },
    { field: 'status', operator: 'eq' as const, value: 'live' },
  ];
  return (
    <Flex vertical gap={8} align="start" style={{ marginTop: 12 }}>
      <Typography.Text>
        {keys.length === 1 ? 'An API key' : `${keys.length.toLocaleString()} API keys`} that they
        made will go on working. Choose those to revoke:
      </Typography.Text>
      <Checkbox.Group<number>
        onChange={onChoose}
        style={{ width: '100%', maxHeight: '35vh', overflowY: 'auto' }}
      >
        <Flex vertical gap={4}>
          {keys.map((key) => (
            <Checkbox key={key.id} value={key.id} style={{ wordBreak: 'break-word' }}>
              {key.name} <Typography.Text code>{key.prefix}…</Typography.Text>
            </Checkbox>
          ))}
        </Flex>
      </Checkbox.Group>
      <Typography.Text type="secondary">
        Whoever uses a revoked key is refused within two seconds. A key that is rotated is replaced
        without an interruption.
      </Typography.Text>
      <LinkButton to={listPath('/api-keys', filters)} onClick={onLeave}>
        Rotate them instead
      </LinkButton>
    </Flex>
  );
}
