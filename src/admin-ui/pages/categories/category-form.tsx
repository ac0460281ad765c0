import { Form, type FormProps, Input } from 'antd';
import { defaultCategoryColor } from '../../../domain/category-color.ts';
import { maxCategoryNameCharacters } from '../../../domain/limits.ts';
import { normalizeText } from '../../../domain/normalize-text.ts';

export interface CategoryValues {
  name: string;
  color?: string;
}

interface CategoryFormProps {
  /** A page has two of these forms, and the ids of their fields must differ. */
  formName: string;
  formProps: FormProps<CategoryValues>;
}

/** The fields of a new or an existing category. */
export function CategoryForm({ formName, formProps }: CategoryFormProps) {
  const name = Form.useWatch('name', formProps.form) ?? '';
  return (
    <Form<CategoryValues> layout="vertical" requiredMark={false} {...formProps} name={formName}>
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
        // The colour that the API chooses when none is sent.
        getValueProps={(color?: string) => ({
          value: color ?? defaultCategoryColor(normalizeText(name)),
        })}
      >
        <Input type="color" style={{ width: 72, padding: 4, height: 36 }} />
      </Form.Item>
    </Form>
  );
}
