import { type HttpError, useCreate } from '@refinedev/core';
import { Button, Checkbox, DatePicker, Drawer, Form, Input, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import type { CreatedApiKeyBody } from '../../../api/admin/api-keys/schema.ts';
import { maxAccountPrefixes, maxIdCharacters } from '../../../domain/limits.ts';
import { type Scope, scopes } from '../../../domain/scope.ts';
import { showFieldErrors } from '../../components/show-field-errors.ts';
import { done, notDoneInForm } from '../../providers/messages.ts';
import { CreatedKey } from './created-key.tsx';

interface Values {
  name: string;
  scopes: Scope[];
  account_prefixes: string[];
  lifetime: string;
  last_day?: Dayjs;
}

const meanings: Record<Scope, string> = {
  ingest: 'ingest: post batches',
  read: 'read: read batches and reports',
  admin: 'admin: do everything in this console',
};

/** The days that a key is valid for; `day` asks for its last day. */
const lifetimes = [
  { value: 'never', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'day', label: 'After a day of your choice' },
];

export function NewApiKey({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [form] = Form.useForm<Values>();
  const isAdmin = Form.useWatch('scopes', form)?.includes('admin') ?? false;
  const lifetime = Form.useWatch('lifetime', form);
  const [created, setCreated] = useState<CreatedApiKeyBody | null>(null);
  const { mutate, mutation } = useCreate<CreatedApiKeyBody, HttpError>({ resource: 'api-keys' });

  function create({ name, scopes, account_prefixes, lifetime, last_day }: Values) {
    mutate(
      {
        values: {
          name,
          scopes,
          account_prefixes: isAdmin ? [] : account_prefixes,
          expires_at: expiryOf(lifetime, last_day)?.toISOString() ?? null,
        },
        successNotification: done('Key created'),
        errorNotification: notDoneInForm('Could not create the key'),
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
      // A click outside must not close a key, which is shown only once.
      maskClosable={created === null}
      afterOpenChange={(isShown) => !isShown && setCreated(null)}
    >
      {created === null ? (
        <Form<Values>
          form={form}
          preserve={false}
          layout="vertical"
          requiredMark={false}
          initialValues={{ scopes: ['ingest', 'read'], account_prefixes: [], lifetime: 'never' }}
          onFinish={create}
        >
          <Form.Item
            name="name"
            label="Name"
            rules={[{ required: true, whitespace: true, message: 'Enter a name.' }]}
            extra="Name the system that will use the key."
          >
            <Input autoFocus autoComplete="off" maxLength={100} />
          </Form.Item>
          <Form.Item
            name="scopes"
            label="Scopes"
            // Not "required", since ARIA does not allow that attribute on a group.
            rules={[{ type: 'array', min: 1, message: 'Choose at least one.' }]}
          >
            <Checkbox.Group style={{ flexDirection: 'column', gap: 8 }}>
              {scopes.map((scope) => (
                <Checkbox key={scope} value={scope}>
                  {meanings[scope]}
                </Checkbox>
              ))}
            </Checkbox.Group>
          </Form.Item>
          <Form.Item
            name="account_prefixes"
            label="Accounts"
            extra={
              isAdmin
                ? 'An admin key has access to all accounts.'
                : 'Prefixes of account ids, such as “branch-7-”. Press Enter after each. Leave empty for all accounts.'
            }
          >
            <Select
              mode="tags"
              open={false}
              suffixIcon={null}
              disabled={isAdmin}
              maxCount={maxAccountPrefixes}
              placeholder="All accounts"
              maxLength={maxIdCharacters}
            />
          </Form.Item>
          <Form.Item
            name="lifetime"
            label="Expires"
            extra="When you rotate the key, its successor gets the same lifetime."
          >
            <Select options={lifetimes} />
          </Form.Item>
          {lifetime === 'day' && (
            <Form.Item
              name="last_day"
              label="Last day"
              rules={[{ required: true, message: 'Choose a day.' }]}
            >
              <DatePicker minDate={dayjs()} style={{ width: '100%' }} />
            </Form.Item>
          )}
          <Button type="primary" htmlType="submit" loading={mutation.isPending}>
            Create
          </Button>
        </Form>
      ) : (
        <CreatedKey apiKey={created.key} onClose={onClose} />
      )}
    </Drawer>
  );
}

/** Null for never. The last day counts in full, in the user's time zone. */
function expiryOf(lifetime: string, lastDay: Dayjs | undefined): Dayjs | null {
  if (lifetime === 'never') return null;
  return lifetime === 'day'
    ? (lastDay?.endOf('day') ?? null)
    : dayjs().add(Number(lifetime), 'day');
}
