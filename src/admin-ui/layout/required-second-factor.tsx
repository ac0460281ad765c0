import { useInvalidateAuthStore, useLogout } from '@refinedev/core';
import { Button } from 'antd';
import { renewSession } from '../providers/session.ts';
import { AddSecondFactor } from './add-second-factor.tsx';
import { Entrance, Notice } from './entrance.tsx';
import { SessionEnded } from './session-ended.tsx';

/** In place of the console, until who has signed in has the second factor that everyone has to have. */
export function RequiredSecondFactor() {
  const invalidateIdentity = useInvalidateAuthStore();
  const { mutate: signOut } = useLogout();
  return (
    <Entrance title="Add a second factor">
      <Notice
        type="info"
        text="Nobody works here by a password alone. Add an authenticator app first."
      />
      <AddSecondFactor onKept={() => void renewSession().then(invalidateIdentity, () => {})} />
      <Button type="link" style={{ paddingInline: 0, marginTop: 16 }} onClick={() => signOut()}>
        Sign out
      </Button>
      <SessionEnded />
    </Entrance>
  );
}
