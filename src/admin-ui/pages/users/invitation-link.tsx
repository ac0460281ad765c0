import { Alert, Flex, Typography } from 'antd';
import type { InvitedUserBody } from '../../../api/admin/users/schema.ts';
import { DateTime } from '../../components/date-time.tsx';

/** The link for an invited user, which the API returns only once. */
export function InvitationLink({ user }: { user: InvitedUserBody }) {
  return (
    <Flex vertical gap={16}>
      <Alert
        type="warning"
        showIcon
        message="Copy the link now. You will not see it again."
        description={
          <>
            Give it to {user.name} to choose a password. It works once, until{' '}
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
