import { ApiError } from '../../domain/errors.ts';
import { isUniqueViolation } from '../connection/errors.ts';

/** Throws ApiError `conflict` in place of PostgreSQL's error for a category's name that exists. */
export function rethrowSameName(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  throw new ApiError('conflict', 'A category with this name already exists.', {
    errors: [{ pointer: '/name', detail: 'is the name of another category; case is ignored' }],
    cause: error,
  });
}
