import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FairSemaphore, type FairSemaphoreOptions, type Holder } from './fair-semaphore.ts';

const patienceMs = 5_000;
const semaphoreOf = (options: Partial<FairSemaphoreOptions> = {}) =>
  new FairSemaphore({
    name: 'captures',
    capacity: 10,
    capacityPerKey: 8,
    maxWaitingPerKey: 100,
    maxWaiting: 100,
    patienceMs,
    retryAfterSeconds: 2,
    ...options,
  });
const overloaded = { code: 'overloaded', retryAfterSeconds: 2 };

/** Lets promises run. */
const turn = async (): Promise<void> => {
  for (let count = 0; count < 10; count++) await Promise.resolve();
};

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** The names of those that were let in, in their order. */
function record() {
  const entered: string[] = [];
  return {
    entered,
    enter: (name: string, permits: Promise<unknown>) => {
      void permits.then(
        () => entered.push(name),
        () => entered.push(`${name} refused`),
      );
    },
  };
}

describe('a fair semaphore', () => {
  it('gives a key its share and no more, and the rest to others', async () => {
    const semaphore = semaphoreOf();
    const { entered, enter } = record();
    await semaphore.acquire('a', { amount: 8 });
    enter('a', semaphore.acquire('a'));
    enter('b', semaphore.acquire('b', { amount: 2 }));
    await turn();
    expect(entered).toEqual(['b']);
    expect(semaphore.taken).toBe(10);
  });

  it('holds exactly its capacity, and lets the next in when there is room again', async () => {
    const semaphore = semaphoreOf();
    const { entered, enter } = record();
    await semaphore.acquire('a', { amount: 6 });
    const b = await semaphore.acquire('b', { amount: 4 });
    enter('c', semaphore.acquire('c'));
    await turn();
    expect(entered).toEqual([]);
    b.shrink(1);
    await turn();
    expect(entered).toEqual(['c']);
    expect(semaphore.taken).toBe(10);
  });

  it('serves the key that holds least first, then the one that waited for longest', async () => {
    const semaphore = semaphoreOf({ capacity: 4, capacityPerKey: 3 });
    const { entered, enter } = record();
    const held = await Promise.all([
      semaphore.acquire('a'),
      semaphore.acquire('a'),
      semaphore.acquire('a'),
      semaphore.acquire('b'),
    ]);
    for (const name of ['a1', 'a2', 'a3']) enter(name, semaphore.acquire('a'));
    enter('b1', semaphore.acquire('b'));
    enter('c1', semaphore.acquire('c'));
    enter('d1', semaphore.acquire('d'));
    for (const permits of held) {
      permits[Symbol.dispose]();
      await turn();
    }
    expect(entered).toEqual(['c1', 'd1', 'a1', 'b1']);
  });

  it('lets nobody pass the one whose turn it is, so that a large request gets its turn', async () => {
    const semaphore = semaphoreOf();
    const { entered, enter } = record();
    const a = await semaphore.acquire('a', { amount: 6 });
    enter('large', semaphore.acquire('b', { amount: 8 }));
    enter('small', semaphore.acquire('c'));
    await turn();
    expect(entered).toEqual([]);
    a[Symbol.dispose]();
    await turn();
    expect(entered).toEqual(['large', 'small']);
  });

  it('does not let a key that has its share hold up others', async () => {
    const semaphore = semaphoreOf();
    const { entered, enter } = record();
    await semaphore.acquire('a', { amount: 8 });
    for (let count = 0; count < 50; count++) enter('a', semaphore.acquire('a'));
    enter('b', semaphore.acquire('b'));
    await turn();
    expect(entered).toEqual(['b']);
  });

  it('lets one that holds some already go first', async () => {
    const semaphore = semaphoreOf();
    const { entered, enter } = record();
    const a = await semaphore.acquire('a', { amount: 5 });
    const b = await semaphore.acquire('b', { amount: 5 });
    enter('newcomer', semaphore.acquire('c'));
    enter('growing', a.grow(1));
    b.shrink(1);
    await turn();
    expect(entered).toEqual(['growing']);
    expect(a.amount).toBe(6);
    b.shrink(1);
    await turn();
    expect(entered).toEqual(['growing', 'newcomer']);
  });

  it('gives back all that was held, once', async () => {
    const semaphore = semaphoreOf();
    const a = await semaphore.acquire('a', { amount: 3 });
    await a.grow(2);
    a.shrink(1);
    expect(semaphore.taken).toBe(4);
    a[Symbol.dispose]();
    a[Symbol.dispose]();
    expect(semaphore.taken).toBe(0);
  });
});

describe('a request that waits', () => {
  it('is sent away after its patience, and those behind it are looked at', async () => {
    const semaphore = semaphoreOf();
    const { entered, enter } = record();
    await semaphore.acquire('a', { amount: 5 });
    await semaphore.acquire('b', { amount: 4 });
    const large = semaphore.acquire('c', { amount: 5 });
    const refused = expect(large).rejects.toMatchObject(overloaded);
    enter('small', semaphore.acquire('d'));
    jest.advanceTimersByTime(patienceMs - 1);
    await turn();
    expect(entered).toEqual([]);
    jest.advanceTimersByTime(1);
    await refused;
    expect(entered).toEqual(['small']);
    expect(semaphore.waiting).toBe(0);
  });

  it('is sent away at once where too many of its key wait, and no other key is', async () => {
    const semaphore = semaphoreOf({ maxWaitingPerKey: 2 });
    await semaphore.acquire('a', { amount: 8 });
    const { entered, enter } = record();
    for (const name of ['a1', 'a2', 'a3']) enter(name, semaphore.acquire('a'));
    enter('b', semaphore.acquire('b', { amount: 2 }));
    enter('b2', semaphore.acquire('b'));
    await turn();
    expect(entered).toEqual(['a3 refused', 'b']);
  });

  it('takes the place of one of the key with most of them, where too many wait in all', async () => {
    const semaphore = semaphoreOf({ maxWaiting: 3 });
    await semaphore.acquire('a', { amount: 8 });
    await semaphore.acquire('b', { amount: 2 });
    const { entered, enter } = record();
    for (const name of ['a1', 'a2', 'a3']) enter(name, semaphore.acquire('a'));
    enter('a4', semaphore.acquire('a'));
    enter('b', semaphore.acquire('b'));
    await turn();
    expect(entered).toEqual(['a4 refused', 'a3 refused']);
    expect(semaphore.waiting).toBe(3);
  });
});

describe('a refusal', () => {
  const refusalOf = async (permits: Promise<unknown>): Promise<unknown> => {
    const refused = permits.catch((error: unknown) => error);
    jest.advanceTimersByTime(patienceMs);
    return refused;
  };

  it('is the doing of a key that holds as much as it may', async () => {
    const semaphore = semaphoreOf();
    await semaphore.acquire('a', { amount: 8 });
    expect(await refusalOf(semaphore.acquire('a'))).toMatchObject({ isOwnDoing: true });
  });

  it('is the doing of a key that holds an even share, and of no key that holds less', async () => {
    const semaphore = semaphoreOf();
    await semaphore.acquire('a', { amount: 5 });
    await semaphore.acquire('b', { amount: 4 });
    await semaphore.acquire('c', { amount: 1 });
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((key) => semaphore.acquire(key));
    const refused = Promise.all(
      [a, b, c, d].map((permits) => permits?.catch((error: unknown) => error)),
    );
    jest.advanceTimersByTime(patienceMs);
    expect(await refused).toMatchObject(
      [true, true, false, false].map((isOwnDoing) => ({ isOwnDoing })),
    );
  });

  it('is the doing of a key with too many requests that wait', async () => {
    const semaphore = semaphoreOf({ capacityPerKey: 10, maxWaitingPerKey: 1 });
    await semaphore.acquire('a', { amount: 5 });
    await semaphore.acquire('b', { amount: 5 });
    void semaphore.acquire('c').catch(() => {});
    await expect(semaphore.acquire('c')).rejects.toMatchObject({ isOwnDoing: true });
  });

  it('is for want of capacity where too many of all keys wait', async () => {
    const semaphore = semaphoreOf({ maxWaiting: 1 });
    await semaphore.acquire('a', { amount: 5 });
    await semaphore.acquire('b', { amount: 5 });
    void semaphore.acquire('c').catch(() => {});
    await expect(semaphore.acquire('d')).rejects.toMatchObject({ isOwnDoing: false });
  });
});

describe('a holder that is too slow', () => {
  /** Gives way at once. */
  const slow = (slowForMs: number, gaveWay: string[], name: string): Holder => ({
    slowForMs: () => slowForMs,
    giveWay: () => gaveWay.push(name) > 0,
  });
  const fourPlaces = () => semaphoreOf({ capacity: 4, capacityPerKey: 3 });

  it('is left in peace while nobody waits', async () => {
    const gaveWay: string[] = [];
    await fourPlaces().acquire('a', { holder: slow(9_000, gaveWay, 'a') });
    jest.advanceTimersByTime(60_000);
    expect(gaveWay).toEqual([]);
  });

  it('gives way to another key: the slowest one of the key that holds most', async () => {
    const semaphore = fourPlaces();
    const gaveWay: string[] = [];
    await semaphore.acquire('a', { holder: slow(10, gaveWay, 'a1') });
    const slowest = await semaphore.acquire('a', { holder: slow(30, gaveWay, 'a2') });
    await semaphore.acquire('a', { holder: slow(20, gaveWay, 'a3') });
    await semaphore.acquire('b', { holder: slow(9_000, gaveWay, 'b') });
    const { entered, enter } = record();
    enter('c', semaphore.acquire('c'));
    expect(gaveWay).toEqual(['a2']);
    // One at a time: it is waited for.
    jest.advanceTimersByTime(1_000);
    expect(gaveWay).toEqual(['a2']);
    slowest[Symbol.dispose]();
    await turn();
    expect(entered).toEqual(['c']);
  });

  it('never gives way to a key that holds as much', async () => {
    const semaphore = semaphoreOf({ capacity: 2, capacityPerKey: 2 });
    const gaveWay: string[] = [];
    await semaphore.acquire('a', { holder: slow(9_000, gaveWay, 'a') });
    await semaphore.acquire('b', { holder: slow(9_000, gaveWay, 'b') });
    semaphore.acquire('a').catch(() => {});
    jest.advanceTimersByTime(patienceMs);
    expect(gaveWay).toEqual([]);
  });

  it('gives way to the next of its own key, which has its share', async () => {
    const semaphore = fourPlaces();
    const gaveWay: string[] = [];
    for (const name of ['a1', 'a2', 'a3'])
      await semaphore.acquire('a', { holder: slow(name === 'a3' ? 9 : 3, gaveWay, name) });
    await semaphore.acquire('b', { holder: slow(9_000, gaveWay, 'b') });
    semaphore.acquire('a').catch(() => {});
    expect(gaveWay).toEqual(['a3']);
  });

  it('is found when it becomes too slow later', async () => {
    const semaphore = fourPlaces();
    const startedAt = performance.now();
    const gaveWay: string[] = [];
    for (let count = 0; count < 3; count++) {
      await semaphore.acquire('a', {
        holder: {
          slowForMs: () => Math.max(0, performance.now() - startedAt - 2_000),
          giveWay: () => gaveWay.push('a') > 0,
        },
      });
    }
    await semaphore.acquire('b');
    semaphore.acquire('c').catch(() => {});
    jest.advanceTimersByTime(2_000);
    expect(gaveWay).toEqual([]);
    jest.advanceTimersByTime(250);
    expect(gaveWay).toEqual(['a']);
  });
});

describe('a holder of a key that holds more than others', () => {
  const waitMs = 5_000;
  const fourPlaces = () => semaphoreOf({ capacity: 4, capacityPerKey: 2, patienceMs: 20_000 });
  /** Is fast enough; leaves when it is told to, unless it is through with what its client sends. */
  async function hold(
    semaphore: FairSemaphore,
    key: string,
    gaveWay: string[],
    { name = key, amount = 1, isThrough = false } = {},
  ): Promise<void> {
    const permits = await semaphore.acquire(key, {
      amount,
      holder: {
        slowForMs: () => 0,
        giveWay: () => {
          if (isThrough) return false;
          gaveWay.push(name);
          permits[Symbol.dispose]();
          return true;
        },
      },
    });
  }

  it('gives way to a key that has waited for some seconds: the newest of them', async () => {
    const semaphore = fourPlaces();
    const gaveWay: string[] = [];
    for (const name of ['a1', 'a2']) await hold(semaphore, 'a', gaveWay, { name });
    for (const key of ['b', 'c']) await hold(semaphore, key, gaveWay);
    const { entered, enter } = record();
    enter('d', semaphore.acquire('d'));
    jest.advanceTimersByTime(waitMs - 1);
    expect(gaveWay).toEqual([]);
    jest.advanceTimersByTime(1);
    await turn();
    expect([gaveWay, entered]).toEqual([['a2'], ['d']]);
  });

  it('stays where it is the only one of its key, whoever waits', async () => {
    const semaphore = fourPlaces();
    const gaveWay: string[] = [];
    for (const key of ['a', 'b', 'c', 'd']) await hold(semaphore, key, gaveWay);
    const refused = expect(semaphore.acquire('e')).rejects.toMatchObject(overloaded);
    jest.advanceTimersByTime(20_000);
    await refused;
    expect(gaveWay).toEqual([]);
  });

  it('stays while others wait that would then hold as much', async () => {
    const semaphore = semaphoreOf({ patienceMs: 20_000 });
    const gaveWay: string[] = [];
    await hold(semaphore, 'a', gaveWay, { amount: 5 });
    await hold(semaphore, 'b', gaveWay, { amount: 3 });
    const refused = expect(semaphore.acquire('c', { amount: 5 })).rejects.toMatchObject(overloaded);
    jest.advanceTimersByTime(20_000);
    await refused;
    expect(gaveWay).toEqual([]);
  });

  it('stays where its key holds no more than an even share, and the larger one is through', async () => {
    const semaphore = semaphoreOf({ patienceMs: 20_000 });
    const gaveWay: string[] = [];
    await hold(semaphore, 'a', gaveWay, { amount: 7, isThrough: true });
    await hold(semaphore, 'b', gaveWay, { amount: 3 });
    const refused = expect(semaphore.acquire('c')).rejects.toMatchObject(overloaded);
    jest.advanceTimersByTime(20_000);
    await refused;
    expect(gaveWay).toEqual([]);
  });

  it('may be the next newest one, where the newest is through', async () => {
    const semaphore = fourPlaces();
    const gaveWay: string[] = [];
    await hold(semaphore, 'a', gaveWay, { name: 'a1' });
    await hold(semaphore, 'a', gaveWay, { name: 'a2', isThrough: true });
    for (const key of ['b', 'c']) await hold(semaphore, key, gaveWay);
    semaphore.acquire('d').catch(() => {});
    jest.advanceTimersByTime(waitMs);
    expect(gaveWay).toEqual(['a1']);
  });
});

it('says what a client of any kind can do, be it a user or a key, for a read or a change', async () => {
  const semaphore = semaphoreOf({ maxWaitingPerKey: 1 });
  await semaphore.acquire('user:1', { amount: 8 });
  semaphore.acquire('user:1').catch(() => {});
  await expect(semaphore.acquire('user:1')).rejects.toMatchObject({
    ...overloaded,
    message:
      'Too many of your requests are already waiting. Nothing was done. Send it again in 2 seconds.',
  });
});
