import { expect, it } from '@jest/globals';
import { errorType } from './error-type.ts';

it.each<[string, unknown, string]>([
  ["Temporal's type", Object.assign(new Error('x'), { type: 'BatchFailed' }), 'BatchFailed'],
  ['a SQLSTATE', Object.assign(new Error('Key (a)=(b) exists'), { code: '23505' }), '23505'],
  [
    'a SQLSTATE that Objection wraps',
    Object.assign(new Error('x'), { nativeError: { code: '42P01' } }),
    '42P01',
  ],
  ['a code of the system', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  [
    'its name, where the code is a sentence',
    Object.assign(new TypeError(), { code: 'a b' }),
    'TypeError',
  ],
  ['nothing of what was thrown instead', 'account 4711', 'unknown'],
])('an error is told by %s', (_, error, type) => {
  expect(errorType(error)).toBe(type);
});
