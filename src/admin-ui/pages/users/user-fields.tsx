import { Checkbox, Form, Input, Radio, type RadioGroupProps, Space, Typography } from 'antd';
import type { ReactNode } from 'react';
import { type Role, roles } from '../../../domain/role.ts';
import { capitalize } from '../../format/capitalize.ts';

const meanings: Record<Role, string> = {
  viewer: 'Sees everything except users and API keys, and changes nothing.',
  editor: 'Also changes categories, patterns and the categories of transactions.',
  admin: 'Also manages users, API keys and the system.',
};

/** What an invitation and the form of a user have in common, with further fields after the name. */
export function UserFields({ children }: { children?: ReactNode }) {
  return (
    <>
      <Form.Item
        name="name"
        label="Name"
        rules={[{ required: true, whitespace: true, message: 'Enter a name.' }]}
      >
        <Input autoFocus autoComplete="off" maxLength={100} />
      </Form.Item>
      {children}
      <Form.Item name="role" label="Role">
        <RoleSelect />
      </Form.Item>
      <Form.Item
        name="may_export"
        valuePropName="checked"
        extra="Transactions, categories and account overviews. Each export is in the audit log."
      >
        <Checkbox>Can export data as files</Checkbox>
      </Form.Item>
    </>
  );
}

/** Selects a role, with what it may do. */
function RoleSelect(props: RadioGroupProps) {
  return (
    <Radio.Group {...props}>
      <Space direction="vertical" size={8}>
        {roles.map((role) => (
          <Radio key={role} value={role}>
            {capitalize(role)}
            <br />
            <Typography.Text type="secondary">{meanings[role]}</Typography.Text>
          </Radio>
        ))}
      </Space>
    </Radio.Group>
  );
}
