import { type HttpError, useCustomMutation } from '@refinedev/core';
import { Alert, Button, Flex, Form, QRCode, Typography } from 'antd';
import { useState } from 'react';
import type { RecoveryCodesBody, SecondFactorBody } from '../../api/admin/session/schema.ts';
import { showFieldErrors } from '../components/show-field-errors.ts';
import { done, notDoneInForm } from '../providers/messages.ts';
import { CodeField } from './credentials-form.tsx';
import { PasswordForm } from './password-form.tsx';

/** Adding a second factor starts here; a path below it removes the factor. */
export const secondFactorPath = 'session/second-factor';

interface AddSecondFactorProps {
  /** The second factor is in use, and its recovery codes are shown this once. */
  onAdded?: () => void;
  /** The user has saved the recovery codes. */
  onDone: () => void;
}

/** Adds an authenticator app in three steps: password, secret and code, recovery codes. */
export function AddSecondFactor({ onAdded, onDone }: AddSecondFactorProps) {
  const [begun, setBegun] = useState<SecondFactorBody | null>(null);
  const [recoveryCodes, setRecoveryCodes] = useState<string[] | null>(null);
  if (recoveryCodes !== null) return <RecoveryCodes codes={recoveryCodes} onDone={onDone} />;
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
        A second factor protects your account if somebody learns your password: to sign in, you also
        enter a code from an authenticator app on your phone.
      </Typography.Text>
      <PasswordForm<SecondFactorBody>
        url={secondFactorPath}
        label="Continue"
        failure="Could not start adding a second factor"
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
        successNotification: done('Second factor added. Your other sessions have ended.'),
        errorNotification: notDoneInForm('Could not add the second factor'),
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
        Scan the QR code with the app, or enter the secret by hand. Then enter the code from the
        app.
      </Typography.Text>
      <QRCode
        type="svg"
        aria-label="QR code of the secret"
        value={begun.uri}
        size={200}
        // Apps expect dark on light, whatever the theme of the console.
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
          Add second factor
        </Button>
      </Form>
    </Flex>
  );
}

function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  return (
    <Flex vertical gap={16} align="start">
      <Alert
        type="warning"
        showIcon
        message="Save these recovery codes now. You will not see them again."
        description="Each code works once, in place of a code from the app. If you lose the app and the codes, an admin can remove your second factor."
      />
      <Typography.Paragraph copyable={{ text: codes.join('\n') }} style={{ margin: 0 }}>
        {codes.map((code) => (
          <Typography.Text key={code} code style={{ display: 'block' }}>
            {code}
          </Typography.Text>
        ))}
      </Typography.Paragraph>
      <Button type="primary" onClick={onDone}>
        I have saved them
      </Button>
    </Flex>
  );
}
