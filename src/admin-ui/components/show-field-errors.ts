import type { HttpError } from '@refinedev/core';
import type { FormInstance } from 'antd';

/** Puts what the API says about fields at these fields, in forms that Refine's useForm does not run. */
export function showFieldErrors<Values>(form: FormInstance<Values>, error: HttpError): void {
  const fields = Object.entries(error.errors ?? {}).map(([field, messages]) => ({
    name: field.split('.'),
    errors: [messages].flat().map(String),
  }));
  form.setFields(fields as Parameters<typeof form.setFields>[0]);
}
