import type { HttpError } from '@refinedev/core';
import type { FormInstance } from 'antd';

/** Shows the API's errors at their fields, in forms that do not use Refine's useForm. */
export function showFieldErrors<Values>(form: FormInstance<Values>, error: HttpError): void {
  const fields = Object.entries(error.errors ?? {}).map(([field, messages]) => ({
    name: field.split('.'),
    errors: [messages].flat().map(String),
  }));
  form.setFields(fields as Parameters<typeof form.setFields>[0]);
}
