import {
  type HttpError,
  useCustomMutation,
  useGetIdentity,
  useInvalidateAuthStore,
} from '@refinedev/core';
import { Alert, Button, Drawer, Flex, Form, Input, QRCode, Typography } from 'antd';
import { useState } from 'react';
import type { RecoveryCodesBody, SecondFactorBody } from '../../api/admin/session/schema.ts';
import { showFieldErrors } from '../components/show-field-errors.ts';
import { done, notDoneInForm } from '../providers/messages.ts';
import { renewSession, type SignedInUser } from '../providers/session.ts';
import { CodeField } from './credentials-form.tsx';

const path = 'session/second-factor';

/** An authenticator app, which is asked for a code at each sign-in: how to add it, and how to remove it. */
export function SecondFactor({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { data: user } = useGetIdentity<SignedInUser | null>();
  const invalidateIdentity = useInvalidateAuthStore();
  const [begun, setBegun] = useState<SecondFactorBody | null>(null);
  const [recoveryCodes, setRecoveryCodes] = useState<string[] | null>(null);

  const learnAnew = () => renewSession().then(invalidateIdentity, () => {});
  function forget() {
    setBegun(null);
    setRecoveryCodes(null);
  }

  return (
    <Drawer
      open={isOpen}
      title="Second factor"
      width="min(460px, 100vw)"
      onClose={onClose}
      destroyOnHidden
      // What is shown once must not be closed by a click beside it.
      maskClosable={recoveryCodes === null}
      afterOpenChange={(isShown) => !isShown && forget()}
    >
      {recoveryCodes !== null ? (
        <RecoveryCodes codes={recoveryCodes} onClose={onClose} />
      ) : user?.second_factor ? (
        <Remove
          onRemoved={() => {
            void learnAnew();
            onClose();
          }}
        />
      ) : begun === null ? (
        <Begin onBegun={setBegun} />
      ) : (
        <Confirm
          begun={begun}
          onConfirmed={(codes) => {
            setRecoveryCodes(codes);
            void learnAnew();
          }}
        />
      )}
    </Drawer>
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
        url={path}
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
        url: `${path}/confirm`,
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

function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
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
      <Button type="primary" onClick={onClose}>
        I have kept them
      </Button>
    </Flex>
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
        url={`${path}/remove`}
        label="Remove the second factor"
        isDangerous
        success="Second factor removed"
        failure="The second factor was not removed"
        onDone={onRemoved}
      />
    </Flex>
  );
}

interface PasswordFormProps<Answer> {
  url: string;
  label: string;
  isDangerous?: boolean;
  success?: string;
  failure: string;
  onDone: (answer: Answer) => void;
}

/** Whoever has found a screen unlocked does not know the password. */
function PasswordForm<Answer extends object>({
  url,
  label,
  isDangerous = false,
  success,
  failure,
  onDone,
}: PasswordFormProps<Answer>) {
  const [form] = Form.useForm<{ password: string }>();
  const { mutate, mutation } = useCustomMutation<Answer, HttpError, { password: string }>();

  function send(values: { password: string }) {
    mutate(
      {
        url,
        method: 'post',
        values,
        successNotification: success === undefined ? false : done(success),
        errorNotification: notDoneInForm(failure),
      },
      {
        onSuccess: ({ data }) => onDone(data),
        onError: (error) => showFieldErrors(form, error),
      },
    );
  }

  return (
    <Form
      form={form}
      name="second-factor-password"
      layout="vertical"
      requiredMark={false}
      onFinish={send}
    >
      <Form.Item
        name="password"
        label="Your password"
        rules={[{ required: true, message: 'Enter your password.' }]}
      >
        <Input.Password autoComplete="current-password" autoFocus />
      </Form.Item>
      <Button type="primary" danger={isDangerous} htmlType="submit" loading={mutation.isPending}>
        {label}
      </Button>
    </Form>
  );
}
