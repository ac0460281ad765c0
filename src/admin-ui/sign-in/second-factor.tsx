import { useGetIdentity, useInvalidateAuthStore } from '@refinedev/core';
import { Drawer, Flex, Typography } from 'antd';
import { useState } from 'react';
import { renewSession, type SignedInUser } from '../providers/session.ts';
import { AddSecondFactor, secondFactorPath } from './add-second-factor.tsx';
import { PasswordForm } from './password-form.tsx';

/** Adds or removes the user's authenticator app, whose code each sign-in asks for. */
export function SecondFactor({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { data: user } = useGetIdentity<SignedInUser | null>();
  const invalidateIdentity = useInvalidateAuthStore();
  const [isJustAdded, setIsJustAdded] = useState(false);

  const refreshIdentity = () => renewSession().then(invalidateIdentity, () => {});

  return (
    <Drawer
      open={isOpen}
      title="Second factor"
      width="min(460px, 100vw)"
      onClose={onClose}
      destroyOnHidden
      // A click outside must not close recovery codes, which are shown only once.
      maskClosable={!isJustAdded}
      afterOpenChange={(isShown) => !isShown && setIsJustAdded(false)}
    >
      {user?.second_factor && !isJustAdded ? (
        <Remove
          onRemoved={() => {
            void refreshIdentity();
            onClose();
          }}
        />
      ) : (
        <AddSecondFactor
          onAdded={() => {
            setIsJustAdded(true);
            void refreshIdentity();
          }}
          onDone={onClose}
        />
      )}
    </Drawer>
  );
}

function Remove({ onRemoved }: { onRemoved: () => void }) {
  return (
    <Flex vertical gap={16}>
      <Typography.Text>
        You enter a code from your authenticator app when you sign in. If you remove the second
        factor, you sign in with your password alone.
      </Typography.Text>
      <PasswordForm
        url={`${secondFactorPath}/remove`}
        label="Remove second factor"
        hasCode
        isDangerous
        success="Second factor removed"
        failure="Could not remove the second factor"
        onDone={onRemoved}
      />
    </Flex>
  );
}
