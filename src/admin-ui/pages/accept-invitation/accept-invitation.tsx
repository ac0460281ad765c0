import type { HttpError } from '@refinedev/core';
import { Button, Form, Typography } from 'antd';
import { useState } from 'react';
import { useLocation } from 'react-router';
import { NewPassword } from '../../components/new-password.tsx';
import { showFieldErrors } from '../../components/show-field-errors.ts';
import { acceptInvitation } from '../../providers/session.ts';
import { CodeField } from '../../sign-in/credentials-form.tsx';
import { Notice, SignInFrame } from '../../sign-in/sign-in-frame.tsx';

interface Values {
  password: string;
  code?: string;
}

/** The page of an invitation's link, whose token stands behind the #, where no server sees it. */
export function AcceptInvitation() {
  const token = useLocation().hash.slice(1);
  const [form] = Form.useForm<Values>();
  const [isAccepting, setIsAccepting] = useState(false);
  const [error, setError] = useState<HttpError>();
  const [hasCode, setHasCode] = useState(false);
  const [isOpen, setIsOpen] = useState(token !== '');

  async function accept(values: Values) {
    setIsAccepting(true);
    setError(undefined);
    try {
      await acceptInvitation({ token, ...values });
      // A new document keeps neither the link nor any data of a user who was signed in here before.
      location.replace(import.meta.env.BASE_URL);
    } catch (thrown) {
      const error = thrown as HttpError;
      setIsAccepting(false);
      if (isCodeAsked(error)) setHasCode(true);
      if (error.errors === undefined) setError(error);
      else if ('token' in error.errors) setIsOpen(false);
      else showFieldErrors(form, error);
    }
  }

  if (!isOpen) return <NotValid />;
  return (
    <SignInFrame title="Welcome">
      <Typography.Paragraph type="secondary">
        Choose a password for signing in.
      </Typography.Paragraph>
      {error !== undefined && (
        <Notice text={error.message} type={isCodeAsked(error) ? 'info' : 'error'} />
      )}
      <Form<Values> form={form} layout="vertical" requiredMark={false} onFinish={accept}>
        <NewPassword name="password" label="Password" size="large" autoFocus />
        {hasCode && <CodeField size="large" />}
        <Button type="primary" htmlType="submit" size="large" block loading={isAccepting}>
          Set password and sign in
        </Button>
      </Form>
    </SignInFrame>
  );
}

/** The link may set a new password for a user who has a second factor. */
const isCodeAsked = ({ code }: HttpError): boolean => code === 'second_factor_required';

function NotValid() {
  return (
    <SignInFrame title="This invitation is not valid">
      <div role="alert">
        <Typography.Paragraph>
          It was already used, has expired, or was replaced by a newer one. Ask an admin for a new
          link.
        </Typography.Paragraph>
      </div>
      <Button href={`${import.meta.env.BASE_URL}sign-in`} block>
        Go to sign-in
      </Button>
    </SignInFrame>
  );
}
