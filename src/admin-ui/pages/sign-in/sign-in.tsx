import { type HttpError, useLogin } from '@refinedev/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useSearchParams } from 'react-router';
import { returnPath } from '../../providers/return-path.ts';
import type { Credentials } from '../../providers/session.ts';
import { CredentialsForm } from '../../sign-in/credentials-form.tsx';
import { SignInFrame } from '../../sign-in/sign-in-frame.tsx';

export function SignIn() {
  const [query] = useSearchParams();
  const { mutate: signIn, isPending, data } = useLogin<Credentials & { redirectTo: string }>({});
  const queryClient = useQueryClient();

  useEffect(() => {
    // The next user at this screen must not see what the last one saw.
    queryClient.removeQueries({ queryKey: ['data'] });
  }, [queryClient]);

  return (
    <SignInFrame title="Sign in">
      <CredentialsForm
        name="sign-in"
        size="large"
        isSigningIn={isPending}
        error={data?.success === false ? (data.error as HttpError | undefined) : undefined}
        onSubmit={(credentials) => signIn({ ...credentials, redirectTo: returnPath(query) })}
      />
    </SignInFrame>
  );
}
