import { ApiError, badField } from '../../domain/errors.ts';
import { isForeignKeyViolation, isUniqueViolation } from '../connection/errors.ts';

/** Throws ApiError in place of PostgreSQL's error for a pattern that exists, or a category that does not. */
export function rethrowBadPattern(error: unknown): never {
  if (isUniqueViolation(error)) {
    throw new ApiError('conflict', 'This pattern already exists.', {
      errors: [
        {
          pointer: '/pattern',
          detail: 'already exists in this or another category; case is ignored',
        },
      ],
      cause: error,
    });
  }
  throw isForeignKeyViolation(error) ? noSuchCategory() : error;
}

export const noSuchCategory = (): ApiError =>
  badField('/category_id', 'is not the id of a category');
