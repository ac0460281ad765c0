import { describe, expect, test } from '@jest/globals';
import type { SharedCount, WindowCounts } from '../../cache/shared-counts.ts';
import { RateCount } from './rate-count.ts';

const alone: WindowCounts = { add: async () => null };

/** Does what Redis does, for several counts in one process. */
function together() {
  const totals = new Map<string, number>();
  const shared = {
    additions: 0,
    async add(key: string, points: number): Promise<SharedCount> {
      totals.set(key, (totals.get(key) ?? 0) + points);
      shared.additions++;
      return { total: totals.get(key) as number, msLeft: 60_000 };
    },
  };
  return shared;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a count', () => {
  test('is at once, by key', () => {
    const count = new RateCount(60, alone);
    expect(count.look('a')).toBeNull();
    expect(count.add('a')).toEqual({ count: 1, secondsLeft: 60 });
    expect(count.add('a', 2).count).toBe(3);
    expect(count.add('b').count).toBe(1);
    expect(count.look('a')).toMatchObject({ count: 3 });
  });

  test('never lasts longer than its window, however late in a turn it begins', () => {
    const count = new RateCount(60, alone);
    count.add('b');
    const later = performance.now() + 5;
    while (performance.now() < later);
    expect(count.add('a').secondsLeft).toBe(60);
  });

  test('starts anew after its window', async () => {
    const count = new RateCount(0.02, alone);
    count.add('a', 5);
    await until(() => count.look('a') === null);
    expect(count.add('a').count).toBe(1);
  });

  test('has what others count, and what came while it was shared', async () => {
    const shared = together();
    const [one, other] = [new RateCount(60, shared), new RateCount(60, shared)];
    one.add('a', 3);
    other.add('a', 4);
    await until(() => shared.additions === 2);
    one.add('a');
    expect(one.add('a').count).toBeGreaterThanOrEqual(5);
    await until(() => shared.additions === 3);
    expect(one.look('a')?.count).toBe(9);
  });

  test('shares later what could not be shared', async () => {
    const shared = together();
    let isAway = true;
    let refused = 0;
    const flaky: WindowCounts = {
      async add(key, points) {
        if (!isAway) return shared.add(key, points);
        refused++;
        return null;
      },
    };
    const count = new RateCount(60, flaky);
    count.add('a', 3);
    await until(() => refused === 1);
    isAway = false;
    count.add('a');
    await until(() => shared.additions === 1);
    expect((await shared.add('a', 0)).total).toBe(4);
  });
});
