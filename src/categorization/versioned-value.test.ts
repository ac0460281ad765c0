import { expect, test } from '@jest/globals';
import { VersionedValue } from './versioned-value.ts';

/** Counts what is made, and makes each when it is told to. */
function setUp() {
  const made: { version: number; end: (version?: number) => void; fail: () => void }[] = [];
  const renewed = new VersionedValue((version) => {
    const { promise, resolve, reject } = Promise.withResolvers<{ version: number }>();
    made.push({
      version,
      end: (given = version) => resolve({ version: given }),
      fail: () => reject(new Error('no')),
    });
    return promise;
  });
  return { made, renewed };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('makes a version once, for all who ask for it while it is made and afterwards', async () => {
  const { made, renewed } = setUp();
  const asked = [renewed.get(1), renewed.get(1)];
  made[0]?.end();
  const [first, second] = await Promise.all(asked);
  expect(first).toBe(second);
  expect(await renewed.get(1)).toBe(first);
  expect(made).toHaveLength(1);
});

test('makes a later version after the one that is being made, and once', async () => {
  const { made, renewed } = setUp();
  const old = renewed.get(1);
  const later = [renewed.get(2), renewed.get(2)];
  await turn();
  expect(made.map(({ version }) => version)).toEqual([1]);
  made[0]?.end();
  expect(await old).toEqual({ version: 1 });
  await turn();
  expect(made.map(({ version }) => version)).toEqual([1, 2]);
  made[1]?.end();
  expect(await Promise.all(later)).toEqual([{ version: 2 }, { version: 2 }]);
  expect(made).toHaveLength(2);
});

test('takes a version that turned out later than asked for', async () => {
  const { made, renewed } = setUp();
  const asked = renewed.get(1);
  const later = renewed.get(2);
  made[0]?.end(2);
  expect(await Promise.all([asked, later])).toEqual([{ version: 2 }, { version: 2 }]);
  expect(made).toHaveLength(1);
});

test('tells who has begun it of a failure, and lets another try', async () => {
  const { made, renewed } = setUp();
  const failed = renewed.get(1);
  const waiting = renewed.get(1);
  made[0]?.fail();
  await expect(failed).rejects.toThrow('no');
  await turn();
  made[1]?.end();
  expect(await waiting).toEqual({ version: 1 });
});

test('makes an earlier version again, as after a restore', async () => {
  const { made, renewed } = setUp();
  const first = renewed.get(2);
  made[0]?.end();
  await first;
  const restored = renewed.get(1);
  made[1]?.end();
  expect(await restored).toEqual({ version: 1 });
});
