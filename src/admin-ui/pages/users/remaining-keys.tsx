import { Checkbox, Flex, Typography } from 'antd';
import type { UserWithKeysBody } from '../../../api/admin/users/schema.ts';
import { LinkButton } from '../../components/link-button.tsx';
import { listPath } from '../../components/lists/list-path.ts';
import { pluralize } from '../../format/format-count.ts';

interface RemainingKeysProps {
  user: UserWithKeysBody;
  /** Ids of the keys to revoke. None is selected at first, since systems rely on them. */
  onChoose: (ids: number[]) => void;
  /** Closes the dialog when the user goes to the keys. */
  onLeave: () => void;
}

/** The live API keys that a user has created, and may know, when the user is disabled. */
export function RemainingKeys({ user, onChoose, onLeave }: RemainingKeysProps) {
  const { id, live_api_keys: keys } = user;
  if (keys.length === 0) return null;
  const filters = [
    { field: 'created_by', operator: 'eq' as const, value: id },
    { field: 'status', operator: 'eq' as const, value: 'live' },
  ];
  return (
    <Flex vertical gap={8} align="start" style={{ marginTop: 12 }}>
      <Typography.Text>
        They created {pluralize(keys.length, 'API key')} that will keep working. Select the keys to
        revoke:
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
        Requests with a revoked key are refused within two seconds. Rotating a key replaces it
        without interruption.
      </Typography.Text>
      <LinkButton to={listPath('/api-keys', filters)} onClick={onLeave}>
        Rotate keys instead
      </LinkButton>
    </Flex>
  );
}
