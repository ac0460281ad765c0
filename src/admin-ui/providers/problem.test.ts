import { expect, test } from '@jest/globals';
import { toHttpError } from './problem.ts';

test('says what the API says', () => {
  const error = toHttpError(409, { detail: 'It exists already.', code: 'conflict' });
  expect(error).toEqual({ statusCode: 409, message: 'It exists already.', code: 'conflict' });
});

test('puts each error at its field', () => {
  const { errors } = toHttpError(400, {
    detail: 'The body is not valid.',
    errors: [
      { pointer: '/name', detail: 'is required' },
      { pointer: '/name', detail: 'must be a string' },
      { pointer: '/categories/0/a~1b', detail: 'must not be blank' },
    ],
  });
  expect(errors).toEqual({
    name: ['Is required.', 'Must be a string.'],
    'categories.0.a/b': ['Must not be blank.'],
  });
});

test('has words for an answer that is no problem', () => {
  expect(toHttpError(502, null).message).toBe('The server responded with status 502.');
});
