import { Form, Input } from 'antd';
import { maxPasswordCharacters, minPasswordCharacters } from '../../domain/limits.ts';

interface NewPasswordProps {
  name: string;
  label: string;
  size?: 'large';
  autoFocus?: boolean;
}

/** A password that is chosen; the API has the same rule. */
export function NewPassword({ name, label, ...input }: NewPasswordProps) {
  return (
    <Form.Item
      name={name}
      label={label}
      extra={`At least ${minPasswordCharacters} characters; a few words are good.`}
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
