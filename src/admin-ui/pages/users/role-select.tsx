import { Radio, type RadioGroupProps, Space, Typography } from 'antd';
import { type Role, roles } from '../../../domain/role.ts';

const meanings: Record<Role, string> = {
  viewer: 'Sees everything but users and API keys, and changes nothing.',
  editor: 'Also changes categories, patterns, and the categories of transactions.',
  admin: 'Also users, API keys and the system.',
};

/** Chooses a role by what it may do. */
export function RoleSelect(props: RadioGroupProps) {
  return (
    <Radio.Group {...props}>
      <Space direction="vertical" size={8}>
        {roles.map((role) => (
          <Radio key={role} value={role}>
            {role}
            <br />
            <Typography.Text type="secondary">{meanings[role]}</Typography.Text>
          </Radio>
        ))}
      </Space>
    </Radio.Group>
  );
}
