import { type HttpError, useGetIdentity } from '@refinedev/core';
import { useQueryClient } from '@tanstack/react-query';
import { Modal, Typography } from 'antd';
import { useState } from 'react';
import {
  type Credentials,
  type SignedInUser,
  signIn,
  useHasSessionEnded,
} from '../providers/session.ts';
import { CredentialsForm } from './credentials-form.tsx';

/** Asks for the password over the page as it is, so that everything typed there can still be saved. */
export function SessionEnded() {
  const hasEnded = useHasSessionEnded();
  const { data: user } = useGetIdentity<SignedInUser | null>();
  const queryClient = useQueryClient();
  const [isSigningIn, setIsSigningIn] = useState(false);
  const [error, setError] = useState<HttpError>();

  async function signInAgain(credentials: Credentials) {
    setIsSigningIn(true);
    setError(undefined);
    try {
      const { id } = await signIn(credentials);
      // Another user must not see what this one has typed.
      if (id !== user?.id) location.reload();
      else void queryClient.invalidateQueries();
    } catch (thrown) {
      setError(thrown as HttpError);
    }
    setIsSigningIn(false);
  }

  return (
    <Modal
      open={hasEnded}
      title="Your session has ended"
      width={420}
      footer={null}
      closable={false}
      keyboard={false}
      maskClosable={false}
      destroyOnHidden
      zIndex={2_000}
    >
      <Typography.Paragraph type="secondary">
        Sign in to continue where you left off. Your unsaved changes are still here.
      </Typography.Paragraph>
      <CredentialsForm
        name="session-ended"
        email={user?.email}
        isSigningIn={isSigningIn}
        error={error}
        onSubmit={signInAgain}
      />
    </Modal>
  );
}
