import { Alert, Flex, Typography } from 'antd';
import type { InvitedUserBody } from '../../../api/admin/users/schema.ts';
import { DateTime } from '../../components/date-time.tsx';

/** The link to give to who was invited; the API shows it this once. */
export function InvitationLink({ user }: { user: InvitedUserBody }) {
  return (
    <Flex vertical gap={16}>
      <Alert
        type="warning"
        showIcon
        message="Copy the link now. It is not shown again."
        description={
          <>
            Give it to {user.name}, who chooses a password by it. It is good for one use, until{' '}
            <DateTime value={user.invitation_expires_at} />.
          </>
        }
      />
      <Typography.Text
        code
        copyable={{ tooltips: ['Copy', 'Copied'] }}
        style={{ wordBreak: 'break-all' }}
      >
        {`${location.origin}${user.invitation_url}`}
      </Typography.Text>
    </Flex>
  );
}
