import { expect, it } from '@jest/globals';
import { knownErrorMessage } from './known-error-message.ts';

const secret = 'JANE-DOE';

/** Lets the engine itself word the message. */
function messageOf(fail: () => unknown): string {
  try {
    fail();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

// Each throws with the secret in its message, where the engine lets it.
const failures: [string, () => unknown][] = [
  ['A text is not valid JSON', () => JSON.parse(secret)],
  ['A text is not valid JSON', () => JSON.parse(`{"a": "${secret}"`)],
  ['A text is not valid JSON', () => JSON.parse(`{"a": 1} ${secret}`)],
  // biome-ignore lint/suspicious/noExplicitAny: the errors that types prevent are meant
  ['Cannot read properties of undefined', () => (undefined as any)[secret]],
  // biome-ignore lint/suspicious/noExplicitAny: see above
  ['Cannot read properties of null', () => (null as any)[secret]],
  // biome-ignore lint/suspicious/noExplicitAny: see above
  ['A value is not a function', () => (({}) as any)[secret]()],
  ['A value is not iterable', () => new Map(5 as never)],
  ['Cannot convert a value to a BigInt', () => BigInt(secret)],
  ['Invalid time value', () => new Date(secret).toISOString()],
  [
    'Invalid currency code',
    () => new Intl.NumberFormat('en', { style: 'currency', currency: secret }),
  ],
];

it.each(failures)('says "%s" of what the engine says, and quotes nothing', (known, fail) => {
  expect(knownErrorMessage(messageOf(fail))).toBe(known);
});

it('says nothing of other messages', () => {
  for (const message of [secret, `no such merchant: ${secret}`, `${secret}\nis not a function\n`])
    expect(knownErrorMessage(message)).toBeNull();
});
