import { expect, it } from '@jest/globals';
import { EventLimit } from './event-limit.ts';

const hourMs = 3_600_000;

it('allows so many events of a kind in an hour, and counts the others', () => {
  let now = 0;
  const limit = new EventLimit(() => now);
  const take = (kind: string) => limit.take(kind, 2);
  expect([take('a'), take('a'), take('a'), take('a')]).toEqual([0, 0, null, null]);
  expect(take('b')).toBe(0);
  now = hourMs - 1;
  expect(take('a')).toBeNull();
  now = hourMs;
  expect([take('a'), take('a'), take('a')]).toEqual([3, 0, null]);
});

it('remembers 100 kinds, and refuses more until one of them is an hour old', () => {
  let now = 0;
  const limit = new EventLimit(() => now);
  const first = Array.from({ length: 100 }, (_, kind) => limit.take(String(kind), 5));
  expect(first).toEqual(Array(100).fill(0));
  expect(limit.take('100', 5)).toBeNull();
  expect(limit.take('99', 5)).toBe(0);
  now = hourMs;
  expect(limit.take('100', 5)).toBe(0);
});
