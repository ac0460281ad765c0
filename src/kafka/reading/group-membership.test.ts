import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { GroupMembership } from './group-membership.ts';

const minuteMs = 60_000;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('a consumer is healthy until it has been away from its group for five minutes', () => {
  const membership = new GroupMembership();
  jest.advanceTimersByTime(5 * minuteMs - 1);
  expect(membership.isHealthy).toBe(true);
  jest.advanceTimersByTime(1);
  expect(membership.isHealthy).toBe(false);
  membership.isMember = true;
  jest.advanceTimersByTime(60 * minuteMs);
  expect(membership.isHealthy).toBe(true);
});

test('an attempt that fails does not begin the five minutes anew', () => {
  const membership = new GroupMembership();
  membership.isMember = true;
  membership.isMember = false;
  jest.advanceTimersByTime(3 * minuteMs);
  membership.isMember = false;
  jest.advanceTimersByTime(2 * minuteMs);
  expect(membership.isHealthy).toBe(false);
});
