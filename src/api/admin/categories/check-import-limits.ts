import { ApiError } from '../../../domain/errors.ts';
import { maxImportCategories, maxImportPatterns } from './schema.ts';

/** Throws ApiError `payload_too_large`. */
export function checkImportLimits(categoryCount: number, patternCount: number): void {
  checkLimit(categoryCount, maxImportCategories, 'categories');
  checkLimit(patternCount, maxImportPatterns, 'patterns');
}

function checkLimit(count: number, max: number, what: string): void {
  if (count <= max) return;
  throw new ApiError(
    'payload_too_large',
    `An import must have at most ${max} ${what}; this one has ${count}.`,
    { errors: [{ pointer: '/categories', detail: `must have at most ${max} ${what}` }] },
  );
}

/** For an import that is not read to its end, so that its size is unknown. */
export function importTooLarge(): ApiError {
  const limits = `${maxImportCategories} categories and ${maxImportPatterns} patterns`;
  return new ApiError('payload_too_large', `An import must have at most ${limits}.`, {
    errors: [{ pointer: '/categories', detail: `must have at most ${limits}` }],
  });
}
