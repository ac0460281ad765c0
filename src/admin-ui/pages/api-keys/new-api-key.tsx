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
  admin: 'admin: everything in this console',
};

/** Days that a key is good for; `day` for one until a certain day. */
const lifetimes = [
  { value: 'never', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'day', label: 'After a day that you choose' },
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
          initialValues={{ scopes: ['ingest', 'read'], account_prefixes: [], lifetime: 'never' }}
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
            // Not "required", which the group may not carry as an attribute.
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
                ? 'A key that administers sees all accounts.'
                : 'Beginnings of account ids, such as “branch-7-”, each with Enter. Without any, the key is for all accounts.'
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
            extra="A key that is rotated in time passes its lifetime on to its successor."
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

/** Null for never. A day counts to its end, in the time zone of who chooses it. */
function expiryOf(lifetime: string, lastDay: Dayjs | undefined): Dayjs | null {
  if (lifetime === 'never') return null;
  return lifetime === 'day'
    ? (lastDay?.endOf('day') ?? null)
    : dayjs().add(Number(lifetime), 'day');
}
