import { describe, expect, it } from '@jest/globals';
import { isPossibleId, textProblem } from './text.ts';

describe('textProblem', () => {
  it('counts characters, not code units', () => {
    expect(textProblem('😀'.repeat(5), 5)).toBeNull();
    expect(textProblem('😀'.repeat(6), 5)).toContain('at most 5');
  });

  it.each(['"quoted"', 'tab\tnew\nline\r', '=1+1', 'שלום', '\u202e', '家乐福', '\ufffd', ' '])(
    'takes %j as data',
    (text) => {
      expect(textProblem(text, 100)).toBeNull();
    },
  );

  it('refuses NUL and lone surrogates', () => {
    expect(textProblem('a\0b', 100)).toContain('NUL');
    expect(textProblem('a\ud800', 100)).toContain('surrogate');
    expect(textProblem('\udc00a', 100)).toContain('surrogate');
  });
});

it('takes ids of 1 to 255 characters', () => {
  expect(isPossibleId('')).toBe(false);
  expect(isPossibleId('a'.repeat(255))).toBe(true);
  expect(isPossibleId('a'.repeat(256))).toBe(false);
});
