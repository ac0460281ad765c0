import type { z } from 'zod';
import { ApiError } from '../domain/errors.ts';
import { fieldErrors } from '../ingestion/field-errors.ts';

/** The value as the schema makes it. Throws ApiError `invalid_request` that lists every bad field. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ApiError('invalid_request', `The ${what} is not valid.`, {
    errors: fieldErrors(result.error),
  });
}
