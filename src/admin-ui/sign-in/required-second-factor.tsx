import { useInvalidateAuthStore, useLogout } from '@refinedev/core';
import { Button } from 'antd';
import { renewSession } from '../providers/session.ts';
import { AddSecondFactor } from './add-second-factor.tsx';
import { SessionEnded } from './session-ended.tsx';
import { Notice, SignInFrame } from './sign-in-frame.tsx';

/** Takes the place of the console until the user has added the second factor that all users must have. */
export function RequiredSecondFactor() {
  const invalidateIdentity = useInvalidateAuthStore();
  const { mutate: signOut } = useLogout();
  return (
    <SignInFrame title="Add a second factor">
      <Notice
        type="info"
        text="Every user here needs a second factor. Add an authenticator app to continue."
      />
      <AddSecondFactor onDone={() => void renewSession().then(invalidateIdentity, () => {})} />
      <Button type="link" style={{ paddingInline: 0, marginTop: 16 }} onClick={() => signOut()}>
        Sign out
      </Button>
      <SessionEnded />
    </SignInFrame>
  );
}
