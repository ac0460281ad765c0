import type { z } from 'zod';
import type { FieldError } from '../domain/errors.ts';

/** RFC 6901. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

/** The issues of a failed parse as field errors, below a prefix of the path. */
export function fieldErrors(error: z.ZodError, prefix: readonly PropertyKey[] = []): FieldError[] {
  return error.issues.flatMap((issue) => {
    // Zod reports all unknown keys in one issue of their object; each deserves its own pointer.
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        pointer: jsonPointer([...prefix, ...issue.path, key]),
        detail: 'is not a known field',
      }));
    }
    return [{ pointer: jsonPointer([...prefix, ...issue.path]), detail: issue.message }];
  });
}
