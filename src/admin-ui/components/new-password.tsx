import { Form, Input } from 'antd';
import { maxPasswordCharacters, minPasswordCharacters } from '../../domain/limits.ts';

interface NewPasswordProps {
  name: string;
  label: string;
  size?: 'large';
  autoFocus?: boolean;
}

/** A field for a new password. The API enforces the same rule. */
export function NewPassword({ name, label, ...input }: NewPasswordProps) {
  return (
    <Form.Item
      name={name}
      label={label}
      extra={`At least ${minPasswordCharacters} characters. A few unrelated words work well.`}
      rules={[
        { required: true, message: 'Choose a password.' },
        { min: minPasswordCharacters, message: `At least ${minPasswordCharacters} characters.` },
      ]}
      validateTrigger="onSubmit"
    >
      <Input.Password autoComplete="new-password" maxLength={maxPasswordCharacters} {...input} />
    </Form.Item>
  );
}
