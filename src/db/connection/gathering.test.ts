import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Gathering } from './gathering.ts';

/** Calls that end when they are told to, each item with its double. */
function heldCalls() {
  const calls: { items: readonly number[]; end: () => void }[] = [];
  const gathering = new Gathering<number, number>(
    (items) =>
      new Promise((resolve) => {
        const end = () =>
          resolve(
            items.map((item) =>
              item < 0 ? Promise.reject(new RangeError(String(item))) : Promise.resolve(item * 2),
            ),
          );
        calls.push({ items, end });
      }),
  );
  return { calls, gathering, items: () => calls.map((call) => call.items) };
}

describe('Gathering', () => {
  it('does at once what comes while little is under way', async () => {
    const { calls, gathering, items } = heldCalls();
    const results = [gathering.add(1), gathering.add(2)];
    expect(items()).toEqual([[1], [2]]);
    for (const call of calls) call.end();
    expect(await Promise.all(results)).toEqual([2, 4]);
  });

  it('does together what comes meanwhile, and tells each its own outcome', async () => {
    const { calls, gathering, items } = heldCalls();
    const results = [1, 2, 3, -4, 5].map((item) => gathering.add(item));
    const settled = Promise.allSettled(results);
    calls[1]?.end();
    await results[1];
    expect(items()).toEqual([[1], [2], [3, -4, 5]]);
    calls[0]?.end();
    calls[2]?.end();
    expect(await settled).toEqual([
      { status: 'fulfilled', value: 2 },
      { status: 'fulfilled', value: 4 },
      { status: 'fulfilled', value: 6 },
      { status: 'rejected', reason: new RangeError('-4') },
      { status: 'fulfilled', value: 10 },
    ]);
  });

  it('lets nobody wait for long behind calls that stand still', async () => {
    const { calls, gathering, items } = heldCalls();
    const results = [1, 2, 3, 4].map((item) => gathering.add(item));
    expect(items()).toEqual([[1], [2]]);
    await sleep(100);
    expect(items()).toEqual([[1], [2], [3, 4]]);
    // A call of its own does not make room for further ones.
    results.push(gathering.add(5));
    expect(items()).toHaveLength(3);
    for (const call of calls) call.end();
    await results[3];
    calls[3]?.end();
    expect(await Promise.all(results)).toEqual([2, 4, 6, 8, 10]);
  });

  it('lets no result wait for a later one of the same call', async () => {
    const late = Promise.withResolvers<number>();
    const gathering = new Gathering<number, number>(async (items) =>
      items.map((item) => (item === 0 ? late.promise : Promise.resolve(item))),
    );
    const held = [gathering.add(0), gathering.add(0)];
    const together = [gathering.add(0), gathering.add(1)];
    expect(await together[1]).toBe(1);
    late.resolve(9);
    expect(await Promise.all([...held, together[0]])).toEqual([9, 9, 9]);
  });
});
