import { ApiError, type FieldError } from '../domain/errors.ts';

export function tooManyRows(maxRows: number): ApiError {
  return new ApiError('payload_too_large', `A batch must have at most ${maxRows} transactions.`, {
    errors: [{ pointer: '/transactions', detail: `must have at most ${maxRows} entries` }],
  });
}

/** The error for a part of a JSON body that is too long to be parsed in one piece. */
export function partTooLarge(pointer: string, maxBytes: number): ApiError {
  return new ApiError(
    'payload_too_large',
    `A part of the body exceeds the limit of ${maxBytes} bytes.`,
    {
      errors: [{ pointer, detail: `must have at most ${maxBytes} bytes` }],
    },
  );
}

/** Throws ApiError where there is no row, or another number of them than the client has announced. */
export function checkRowCount(count: number, expected: number | null): void {
  const problems: FieldError[] = [];
  if (count === 0) problems.push({ pointer: '/transactions', detail: 'must not be empty' });
  if (expected !== null && expected !== count) {
    problems.push({
      pointer: '/total_transactions',
      detail: `is ${expected}, but ${count} transactions were sent`,
    });
  }
  if (problems.length > 0)
    throw new ApiError('invalid_request', 'The body is not valid.', { errors: problems });
}
