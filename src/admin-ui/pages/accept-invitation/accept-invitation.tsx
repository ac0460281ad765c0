import type { HttpError } from '@refinedev/core';
import { Button, Form, Typography } from 'antd';
import { useState } from 'react';
import { useLocation } from 'react-router';
import { NewPassword } from '../../components/new-password.tsx';
import { showFieldErrors } from '../../components/show-field-errors.ts';
import { CodeField } from '../../layout/credentials-form.tsx';
import { Entrance, Notice } from '../../layout/entrance.tsx';
import { acceptInvitation } from '../../providers/session.ts';

interface Values {
  password: string;
  code?: string;
}

/** Where the link of an invitation leads; its token stands behind the #, where no server sees it. */
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
      // A new document: nothing of whoever was signed in here before stays, nor does the link.
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

  if (!isOpen) return <NotOpen />;
  return (
    <Entrance title="Welcome">
      <Typography.Paragraph type="secondary">
        Choose the password that you will sign in with.
      </Typography.Paragraph>
      {error !== undefined && (
        <Notice text={error.message} type={isCodeAsked(error) ? 'info' : 'error'} />
      )}
      <Form<Values> form={form} layout="vertical" requiredMark={false} onFinish={accept}>
        <NewPassword name="password" label="Password" size="large" autoFocus />
        {hasCode && <CodeField size="large" />}
        <Button type="primary" htmlType="submit" size="large" block loading={isAccepting}>
          Choose and sign in
        </Button>
      </Form>
    </Entrance>
  );
}

/** Of who had one before, and has a link for a new password. */
const isCodeAsked = ({ code }: HttpError): boolean => code === 'second_factor_required';

function NotOpen() {
  return (
    <Entrance title="This invitation is not open">
      <div role="alert">
        <Typography.Paragraph>
          It was used already, has expired, or was replaced by a newer one. Ask an admin for a new
          link.
        </Typography.Paragraph>
      </div>
      <Button href={`${import.meta.env.BASE_URL}sign-in`} block>
        To the sign-in
      </Button>
    </Entrance>
  );
}
