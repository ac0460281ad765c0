import { Flex, Typography } from 'antd';
import type { UserWithKeysBody } from '../../../api/admin/users/schema.ts';
import { LinkButton } from '../../components/link-button.tsx';
import { listPath } from '../../components/list-path.ts';

/** As many as one looks over; the list of keys has them all. */
const maxShown = 5;

interface LeftBehindProps {
  user: UserWithKeysBody;
  /** The dialog is over once somebody goes to the keys. */
  onLeave: () => void;
}

/** What goes on working without a user: the API keys that they made. */
export function LeftBehind({ user: { id, live_api_keys: keys }, onLeave }: LeftBehindProps) {
  if (keys.length === 0) return null;
  const filters = [
    { field: 'created_by', operator: 'eq' as const, value: id },
    { field: 'status', operator: 'eq' as const, value: 'live' },
  ];
  return (
    <Flex vertical gap={8} align="start" style={{ marginTop: 12 }}>
      <Typography.Text>
        {keys.length === 1 ? 'An API key' : `${keys.length.toLocaleString()} API keys`} that they
        made will go on working:
      </Typography.Text>
      <ul style={{ margin: 0, paddingInlineStart: 20 }}>
        {keys.slice(0, maxShown).map(({ id, name, prefix }) => (
          <li key={id} style={{ wordBreak: 'break-word' }}>
            {name} <Typography.Text code>{prefix}…</Typography.Text>
          </li>
        ))}
        {keys.length > maxShown && <li>and {(keys.length - maxShown).toLocaleString()} more</li>}
      </ul>
      <LinkButton to={listPath('/api-keys', filters)} onClick={onLeave}>
        Revoke or rotate them
      </LinkButton>
    </Flex>
  );
}
