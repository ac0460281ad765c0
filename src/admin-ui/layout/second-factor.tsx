import { useGetIdentity, useInvalidateAuthStore } from '@refinedev/core';
import { Drawer, Flex, Typography } from 'antd';
import { useState } from 'react';
import { renewSession, type SignedInUser } from '../providers/session.ts';
import { AddSecondFactor, secondFactorPath } from './add-second-factor.tsx';
import { PasswordForm } from './password-form.tsx';

/** An authenticator app, which is asked for a code at each sign-in: how to add it, and how to remove it. */
export function SecondFactor({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { data: user } = useGetIdentity<SignedInUser | null>();
  const invalidateIdentity = useInvalidateAuthStore();
  const [isJustAdded, setIsJustAdded] = useState(false);

  const learnAnew = () => renewSession().then(invalidateIdentity, () => {});

  return (
    <Drawer
      open={isOpen}
      title="Second factor"
      width="min(460px, 100vw)"
      onClose={onClose}
      destroyOnHidden
      // What is shown once must not be closed by a click beside it.
      maskClosable={!isJustAdded}
      afterOpenChange={(isShown) => !isShown && setIsJustAdded(false)}
    >
      {user?.second_factor && !isJustAdded ? (
        <Remove
          onRemoved={() => {
            void learnAnew();
            onClose();
          }}
        />
      ) : (
        <AddSecondFactor
          onAdded={() => {
            setIsJustAdded(true);
            void learnAnew();
          }}
          onKept={onClose}
        />
      )}
    </Drawer>
  );
}

function Remove({ onRemoved }: { onRemoved: () => void }) {
  return (
    <Flex vertical gap={16}>
      <Typography.Text>
        Your sign-in asks for a code of your authenticator app. Without the second factor the
        password alone will do.
      </Typography.Text>
      <PasswordForm
        url={`${secondFactorPath}/remove`}
        label="Remove the second factor"
        hasCode
        isDangerous
        success="Second factor removed"
        failure="The second factor was not removed"
        onDone={onRemoved}
      />
    </Flex>
  );
}
