import { type HttpError, useCreate } from '@refinedev/core';
import { Button, Drawer, Flex, Form, Input } from 'antd';
import { useState } from 'react';
import type { InvitedUserBody } from '../../../api/admin/users/schema.ts';
import type { Role } from '../../../domain/role.ts';
import { showFieldErrors } from '../../components/show-field-errors.ts';
import { done, notDoneInForm } from '../../providers/messages.ts';
import { InvitationLink } from './invitation-link.tsx';
import { UserFields } from './user-fields.tsx';

interface Values {
  email: string;
  name: string;
  role: Role;
  may_export: boolean;
}

export function InviteUser({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [form] = Form.useForm<Values>();
  const [invited, setInvited] = useState<InvitedUserBody | null>(null);
  const { mutate, mutation } = useCreate<InvitedUserBody, HttpError>({ resource: 'users' });

  /** Suggests what is usual for the role until the user changes the checkbox. */
  function suggest({ role }: Partial<Values>) {
    if (role !== undefined && !form.isFieldTouched('may_export'))
      form.setFieldValue('may_export', role !== 'viewer');
  }

  function invite(values: Values) {
    mutate(
      {
        values,
        successNotification: done(`${values.name} invited`),
        errorNotification: notDoneInForm('Could not invite the user'),
      },
      {
        onSuccess: ({ data }) => setInvited(data),
        onError: (error) => showFieldErrors(form, error),
      },
    );
  }

  return (
    <Drawer
      open={isOpen}
      title={invited === null ? 'Invite a user' : invited.name}
      width="min(460px, 100vw)"
      onClose={onClose}
      destroyOnHidden
      // A click outside must not close a link, which is shown only once.
      maskClosable={invited === null}
      afterOpenChange={(isShown) => !isShown && setInvited(null)}
    >
      {invited === null ? (
        <Form<Values>
          form={form}
          name="invitation"
          layout="vertical"
          requiredMark={false}
          initialValues={{ role: 'viewer', may_export: false }}
          onValuesChange={suggest}
          onFinish={invite}
        >
          <UserFields>
            <Form.Item
              name="email"
              label="E-mail"
              extra="The user signs in with it. No e-mail is sent: you give the user a link."
              rules={[{ required: true, whitespace: true, message: 'Enter an e-mail address.' }]}
            >
              <Input type="email" autoComplete="off" maxLength={254} />
            </Form.Item>
          </UserFields>
          <Button type="primary" htmlType="submit" loading={mutation.isPending}>
            Invite
          </Button>
        </Form>
      ) : (
        <Flex vertical gap={16} align="start">
          <InvitationLink user={invited} />
          <Button type="primary" onClick={onClose}>
            I have copied it
          </Button>
        </Flex>
      )}
    </Drawer>
  );
}
