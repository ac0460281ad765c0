import { type HttpError, useCustomMutation } from '@refinedev/core';
import { Alert, Button, Flex, Form, QRCode, Typography } from 'antd';
import { useState } from 'react';
import type { RecoveryCodesBody, SecondFactorBody } from '../../api/admin/session/schema.ts';
import { showFieldErrors } from '../components/show-field-errors.ts';
import { done, notDoneInForm } from '../providers/messages.ts';
import { CodeField } from './credentials-form.tsx';
import { PasswordForm } from './password-form.tsx';

/** Where a second factor is begun, and given up by what lies below it. */
export const secondFactorPath = 'session/second-factor';

interface AddSecondFactorProps {
  /** It is in use; recovery codes are shown from now on, and not again. */
  onAdded?: () => void;
  /** Whoever added it has kept the recovery codes. */
  onKept: () => void;
}

/** An authenticator app is added: password, secret and code, recovery codes. */
export function AddSecondFactor({ onAdded, onKept }: AddSecondFactorProps) {
  const [begun, setBegun] = useState<SecondFactorBody | null>(null);
  const [recoveryCodes, setRecoveryCodes] = useState<string[] | null>(null);
  if (recoveryCodes !== null) return <RecoveryCodes codes={recoveryCodes} onKept={onKept} />;
  if (begun === null) return <Begin onBegun={setBegun} />;
  return (
    <Confirm
      begun={begun}
      onConfirmed={(codes) => {
        setRecoveryCodes(codes);
        onAdded?.();
      }}
    />
  );
}

function Begin({ onBegun }: { onBegun: (begun: SecondFactorBody) => void }) {
  return (
    <Flex vertical gap={16}>
      <Typography.Text>
        With a second factor nobody signs in by your password alone: you also enter a code that an
        authenticator app on your phone shows.
      </Typography.Text>
      <PasswordForm<SecondFactorBody>
        url={secondFactorPath}
        label="Go on"
        failure="No second factor was begun"
        onDone={onBegun}
      />
    </Flex>
  );
}

interface ConfirmProps {
  begun: SecondFactorBody;
  onConfirmed: (recoveryCodes: string[]) => void;
}

function Confirm({ begun, onConfirmed }: ConfirmProps) {
  const [form] = Form.useForm<{ code: string }>();
  const { mutate, mutation } = useCustomMutation<RecoveryCodesBody, HttpError, { code: string }>();

  function confirm(values: { code: string }) {
    mutate(
      {
        url: `${secondFactorPath}/confirm`,
        method: 'post',
        values,
        successNotification: done('Second factor added; other sessions have ended'),
        errorNotification: notDoneInForm('The second factor was not added'),
      },
      {
        onSuccess: ({ data }) => onConfirmed(data.recovery_codes),
        onError: (error) => showFieldErrors(form, error),
      },
    );
  }

  return (
    <Flex vertical gap={16}>
      <Typography.Text>
        Scan this with the app, or type the secret into it. Then enter the code that it shows.
      </Typography.Text>
      <QRCode
        type="svg"
        aria-label="The secret, to be scanned"
        value={begun.uri}
        size={200}
        // Apps want dark on light, whatever the colours of the console.
        bgColor="#ffffff"
        color="#000000"
      />
      <Typography.Text code copyable style={{ wordBreak: 'break-all' }}>
        {begun.secret}
      </Typography.Text>
      <Form
        form={form}
        name="second-factor-code"
        layout="vertical"
        requiredMark={false}
        onFinish={confirm}
      >
        <CodeField />
        <Button type="primary" htmlType="submit" loading={mutation.isPending}>
          Use it from now on
        </Button>
      </Form>
    </Flex>
  );
}

function RecoveryCodes({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  return (
    <Flex vertical gap={16} align="start">
      <Alert
        type="warning"
        showIcon
        message="Keep these codes. They are not shown again."
        description="Each of them is good for one sign-in without the app. With neither, an admin can remove the second factor."
      />
      <Typography.Paragraph copyable={{ text: codes.join('\n') }} style={{ margin: 0 }}>
        {codes.map((code) => (
          <Typography.Text key={code} code style={{ display: 'block' }}>
            {code}
          </Typography.Text>
        ))}
      </Typography.Paragraph>
      <Button type="primary" onClick={onKept}>
        I have kept them
      </Button>
    </Flex>
  );
}
