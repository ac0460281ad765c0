import { expect, test } from '@jest/globals';
import {
  describeSecret,
  hashRecoveryCode,
  newRecoveryCodes,
  newSecondFactorSecret,
  timeStepOf,
} from './second-factor.ts';

/** RFC 6238, appendix B, for SHA-1; of its eight digits the last six. */
const secret = Buffer.from('12345678901234567890');
const vectors: [seconds: number, code: string][] = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
];

test.each(vectors)('at %i seconds the code is that of RFC 6238', (seconds, code) => {
  expect(timeStepOf(secret, code, seconds * 1_000)).toBe(Math.floor(seconds / 30));
});

test('a code is good one step before and after its own, and not two', () => {
  const step = 41_152_263;
  const at = (steps: number) => timeStepOf(secret, '005924', (step + steps) * 30_000);
  expect([-2, -1, 0, 1, 2].map(at)).toEqual([null, step, step, step, null]);
});

test('a code may be typed in two groups, and is nothing but six digits', () => {
  const at = (code: string) => timeStepOf(secret, code, 59_000);
  expect(at(' 287 082 ')).toBe(1);
  for (const code of ['', '28708', '2870820', '94287082', '28708२', '-87082']) {
    expect(at(code)).toBeNull();
  }
});

test('an app learns the secret, and whose it is', () => {
  const { secret: base32, uri } = describeSecret(secret, 'ada+1@example.com');
  expect(base32).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  const url = new URL(uri);
  expect(`${url.protocol}//${url.host}${decodeURIComponent(url.pathname)}`).toBe(
    'otpauth://totp/Tallyflow:ada+1@example.com',
  );
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    issuer: 'Tallyflow',
    secret: base32,
    digits: '6',
    period: '30',
    algorithm: 'SHA1',
  });
  expect(newSecondFactorSecret()).toHaveLength(20);
});

test('recovery codes differ, and are the same however they are typed', () => {
  const codes = newRecoveryCodes();
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(code).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/);
  const [code = ''] = codes;
  expect(hashRecoveryCode(` ${code.toUpperCase().replaceAll('-', ' ')}`)).toEqual(
    hashRecoveryCode(code),
  );
});
