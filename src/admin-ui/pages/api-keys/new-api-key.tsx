import { type HttpError, useCreate } from '@refinedev/core';
import { Alert, Button, Checkbox, Drawer, Flex, Form, Input, Typography } from 'antd';
import { useState } from 'react';
import type { ApiKeyBody } from '../../../api/admin/api-keys/schema.ts';
import { type Scope, scopes } from '../../../domain/scope.ts';
import { showFieldErrors } from '../../components/show-field-errors.ts';
import { done, notDoneInForm } from '../../providers/messages.ts';

interface Values {
  name: string;
  scopes: Scope[];
}

type CreatedApiKey = ApiKeyBody & { key: string };

const meanings: Record<Scope, string> = {
  ingest: 'ingest: post batches',
  read: 'read: read batches and reports',
  admin: 'admin: everything in this console',
};

export function NewApiKey({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [form] = Form.useForm<Values>();
  const [created, setCreated] = useState<CreatedApiKey | null>(null);
  const { mutate, mutation } = useCreate<CreatedApiKey, HttpError>({ resource: 'api-keys' });

  function create(values: Values) {
    mutate(
      {
        values,
        successNotification: done('Key created'),
        errorNotification: notDoneInForm('The key was not created'),
      },
      {
        onSuccess: ({ data }) => setCreated(data),
        onError: (error) => showFieldErrors(form, error),
      },
    );
  }

  return (
    <Drawer
      open={isOpen}
      title={created === null ? 'New API key' : created.name}
      width="min(440px, 100vw)"
      onClose={onClose}
      destroyOnHidden
      // What is shown once must not be closed by a click beside it.
      maskClosable={created === null}
      afterOpenChange={(isShown) => !isShown && setCreated(null)}
    >
      {created === null ? (
        <Form<Values>
          form={form}
          preserve={false}
          layout="vertical"
          requiredMark={false}
          initialValues={{ scopes: ['ingest', 'read'] }}
          onFinish={create}
        >
          <Form.Item
            name="name"
            label="Name"
            rules={[{ required: true, whitespace: true, message: 'Enter a name.' }]}
            extra="Of the system that the key is for."
          >
            <Input autoFocus autoComplete="off" maxLength={100} />
          </Form.Item>
          <Form.Item
            name="scopes"
            label="Scopes"
            rules={[{ required: true, message: 'Choose at least one.' }]}
          >
            <Checkbox.Group style={{ flexDirection: 'column', gap: 8 }}>
              {scopes.map((scope) => (
                <Checkbox key={scope} value={scope}>
                  {meanings[scope]}
                </Checkbox>
              ))}
            </Checkbox.Group>
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={mutation.isPending}>
            Create
          </Button>
        </Form>
      ) : (
        <Flex vertical gap={16} align="start">
          <Alert type="warning" showIcon message="Copy the key now. It is not shown again." />
          <Typography.Text code copyable style={{ wordBreak: 'break-all' }}>
            {created.key}
          </Typography.Text>
          <Button type="primary" onClick={onClose}>
            I have copied it
          </Button>
        </Flex>
      )}
    </Drawer>
  );
}
