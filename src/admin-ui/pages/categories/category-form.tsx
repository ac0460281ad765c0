import { Form, type FormProps, Input } from 'antd';
import { maxCategoryNameCharacters } from '../../../domain/limits.ts';

export interface CategoryValues {
  name: string;
  color?: string;
}

/** Of a new category, or of one that is there. */
export function CategoryForm({ formProps }: { formProps: FormProps<CategoryValues> }) {
  const isNew = formProps.initialValues?.name === undefined;
  return (
    <Form<CategoryValues> layout="vertical" requiredMark={false} {...formProps}>
      <Form.Item
        name="name"
        label="Name"
        rules={[{ required: true, whitespace: true, message: 'Enter a name.' }]}
      >
        <Input autoFocus autoComplete="off" maxLength={maxCategoryNameCharacters} />
      </Form.Item>
      <Form.Item
        name="color"
        label="Colour"
        extra={isNew ? 'Chosen by the name when you choose none.' : undefined}
      >
        <Input type="color" style={{ width: 72, padding: 4, height: 36 }} />
      </Form.Item>
    </Form>
  );
}
