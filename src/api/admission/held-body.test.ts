import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FairSemaphore } from './fair-semaphore.ts';
import { type BodyAdmission, HeldBody } from './held-body.ts';

const maxBytes = 110;
const bytesPerSlot = 10;
/** Shorter than an announcement is trusted. */
const patienceMs = 4_000;

function admissionOf(capacity = 100): BodyAdmission {
  const options = { maxWaitingPerKey: 9, maxWaiting: 9, patienceMs, retryAfterSeconds: 2 };
  return {
    slots: new FairSemaphore({ ...options, name: 'bodies', capacity: 4, capacityPerKey: 3 }),
    bytesPerSlot,
    bytes: new FairSemaphore({
      ...options,
      name: 'body-bytes',
      capacity,
      capacityPerKey: capacity,
    }),
    pace: { perSecond: 1, perSecondWhenOthersWait: 1_000 },
  };
}

const open = (admission: BodyAdmission, headers: Record<string, string>, key = 'a') =>
  HeldBody.open(admission, key, { headers } as unknown as IncomingMessage, maxBytes);

async function* chunks(...sizes: number[]): AsyncGenerator<Buffer> {
  for (const size of sizes) yield Buffer.alloc(size);
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('a body that is held', () => {
  it.each([
    ['its length is announced', { 'content-length': '110' }, [100, 100, 100]],
    ['it is chunked', {}, [0, 30, 100]],
    ['it is compressed', { 'content-length': '9', 'content-encoding': 'gzip' }, [0, 30, 100]],
    ['it is longer than allowed, which the reader says', { 'content-length': '111' }, [0, 30, 100]],
    ['it is announced to be small', { 'content-length': '10' }, [0, 30, 100]],
  ])('reserves memory beyond that of its slot when %s', async (_, headers, expected) => {
    const admission = admissionOf();
    {
      using body = await open(admission, headers);
      const taken = [admission.bytes.taken];
      for await (const _chunk of body.read(chunks(40, 70))) taken.push(admission.bytes.taken);
      expect(taken).toEqual(expected);
      expect(admission.slots.taken).toBe(1);
    }
    expect([admission.slots.taken, admission.bytes.taken]).toEqual([0, 0]);
  });

  it('never waits for large ones when it is small', async () => {
    const admission = admissionOf();
    using _large = await open(admission, { 'content-length': '110' }, 'b');
    using small = await open(admission, {});
    for await (const _ of small.read(chunks(5, 5)));
    const oneMore = Array.fromAsync(small.read(chunks(1)));
    const refused = expect(oneMore).rejects.toMatchObject({ code: 'overloaded' });
    await jest.advanceTimersByTimeAsync(patienceMs);
    await refused;
  });

  it('leaves no slot behind when there is no memory', async () => {
    const admission = admissionOf();
    using _large = await open(admission, { 'content-length': '110' }, 'b');
    const refused = expect(open(admission, { 'content-length': '11' })).rejects.toMatchObject({
      code: 'overloaded',
    });
    await jest.advanceTimersByTimeAsync(patienceMs);
    await refused;
    expect(admission.slots.taken).toBe(1);
  });

  it('keeps after five seconds only what has arrived, and grows from there', async () => {
    const admission = admissionOf();
    using body = await open(admission, { 'content-length': '110' });
    const taken: number[] = [];
    async function* slow(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(20);
      jest.advanceTimersByTime(4_999);
      taken.push(admission.bytes.taken);
      jest.advanceTimersByTime(1);
      taken.push(admission.bytes.taken);
      yield Buffer.alloc(20);
    }
    for await (const _ of body.read(slow()));
    expect([...taken, admission.bytes.taken]).toEqual([100, 10, 30]);
  });

  it('may give all of an announcement back, and take some again', async () => {
    const admission = admissionOf();
    using body = await open(admission, { 'content-length': '110' });
    jest.advanceTimersByTime(5_000);
    expect(admission.bytes.taken).toBe(0);
    for await (const _ of body.read(chunks(50)));
    expect(admission.bytes.taken).toBe(40);
  });

  it('gives its memory to other keys that wait for it, though it comes fast enough', async () => {
    const options = {
      maxWaitingPerKey: 9,
      maxWaiting: 9,
      patienceMs: 10_000,
      retryAfterSeconds: 2,
    };
    const admission = {
      ...admissionOf(),
      bytes: new FairSemaphore({
        ...options,
        name: 'body-bytes',
        capacity: 200,
        capacityPerKey: 100,
      }),
      pace: { perSecond: 1, perSecondWhenOthersWait: 2 },
    };
    async function* steady(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(90);
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        yield Buffer.alloc(2);
      }
    }
    const gone: string[] = [];
    for (const key of ['a', 'b']) {
      const body = await open(admission, { 'content-length': '110' }, key);
      void (async () => {
        using held = body;
        for await (const _ of held.read(steady()));
      })().catch(({ code }) => gone.push(`${key} ${code}`));
    }
    // Until it is known what has come of the announcements, there is none left; then not enough.
    const third = open(admission, { 'content-length': '60' }, 'c');
    await jest.advanceTimersByTimeAsync(9_000);
    using _third = await third;
    expect(gone).toEqual(['a overloaded']);
  });
});
