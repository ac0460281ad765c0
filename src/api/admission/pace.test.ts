import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Pace } from './pace.ts';

const graceMs = 10_000;
const graceWhenOthersWaitMs = 2_000;
const limits = { perSecond: 1, perSecondWhenOthersWait: 100 };
const tooSlow = { code: 'request_timeout', retryAfterSeconds: 5 };

/** Lets promises run. */
const turn = async (): Promise<void> => {
  for (let count = 0; count < 10; count++) await Promise.resolve();
};

/** Sends what the test tells it to, for as long as it is not told to end. */
function client() {
  const stream = new TransformStream<Buffer, Buffer>();
  const writer = stream.writable.getWriter();
  return {
    bytes: stream.readable as AsyncIterable<Buffer>,
    send: async (text: string) => {
      writer.write(Buffer.from(text)).catch(() => {});
      await turn();
    },
    end: async () => {
      void writer.close();
      await turn();
    },
  };
}

/** Counts each chunk as one row. */
function listen(pace: Pace, bytes: AsyncIterable<Buffer>) {
  const heard: string[] = [];
  const ended = (async () => {
    for await (const chunk of pace.listen(bytes)) {
      heard.push(String(chunk));
      if (String(chunk) !== 'blank') pace.count(1);
    }
    return heard;
  })();
  ended.catch(() => {});
  return ended;
}

describe('the pace of a client', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('passes on everything of one that is fast enough', async () => {
    const { bytes, send, end } = client();
    const ended = listen(new Pace(limits), bytes);
    for (let count = 0; count < 60; count++) {
      await send(String(count));
      jest.advanceTimersByTime(1_000);
    }
    await end();
    expect(await ended).toHaveLength(60);
  });

  it('ends one that falls silent, after the grace time', async () => {
    const { bytes, send } = client();
    const ended = listen(new Pace(limits), bytes);
    await send('first');
    jest.advanceTimersByTime(graceMs - 1);
    await send('blank');
    jest.advanceTimersByTime(1);
    await expect(ended).rejects.toMatchObject(tooSlow);
  });

  it('ends one that sends all the time what does not count', async () => {
    const { bytes, send } = client();
    const ended = listen(new Pace(limits), bytes);
    for (let count = 0; count < 100; count++) {
      await send('blank');
      jest.advanceTimersByTime(100);
    }
    await expect(ended).rejects.toMatchObject(tooSlow);
  });

  it('ends one that is steadily too slow, and keeps one that makes up for a pause', async () => {
    const slow = client();
    const slowEnded = listen(new Pace(limits), slow.bytes);
    for (let count = 0; count < 10; count++) {
      await slow.send('x');
      jest.advanceTimersByTime(3_000);
    }
    await expect(slowEnded).rejects.toMatchObject(tooSlow);

    const pausing = client();
    const ended = listen(new Pace(limits), pausing.bytes);
    for (let count = 0; count < 5; count++) {
      jest.advanceTimersByTime(9_000);
      for (let row = 0; row < 20; row++) await pausing.send('x');
    }
    await pausing.end();
    expect(await ended).toHaveLength(100);
  });

  it('counts no time in which the client is not waited for', async () => {
    const pace = new Pace(limits);
    const { bytes, send, end } = client();
    const iterator = pace.listen(bytes);
    const next = iterator.next();
    await send('x');
    await next;
    jest.advanceTimersByTime(graceMs * 10);
    expect(pace.slowForMs()).toBe(0);
    const last = iterator.next();
    jest.advanceTimersByTime(700);
    await end();
    expect((await last).done).toBe(true);
    expect(pace.waitedMs).toBe(700);
  });

  it('is too slow for others sooner, and gives way to them', async () => {
    const pace = new Pace(limits);
    const { bytes, send } = client();
    const ended = listen(pace, bytes);
    await send('x');
    jest.advanceTimersByTime(graceWhenOthersWaitMs);
    expect(pace.slowForMs()).toBe(0);
    jest.advanceTimersByTime(500);
    expect(pace.slowForMs()).toBe(500);
    expect(pace.giveWay()).toBe(true);
    await expect(ended).rejects.toMatchObject(tooSlow);
    expect(pace.slowForMs()).toBe(0);
  });

  it('gives way, though it is fast, at once or as soon as it is waited for again', async () => {
    const overloaded = { code: 'overloaded', retryAfterSeconds: 5, isOwnDoing: true };
    const waitedFor = new Pace(limits);
    const ended = listen(waitedFor, client().bytes);
    expect(waitedFor.giveWay()).toBe(true);
    await expect(ended).rejects.toMatchObject(overloaded);

    const storing = new Pace(limits);
    const { bytes, send } = client();
    const iterator = storing.listen(bytes);
    const next = iterator.next();
    await send('x');
    await next;
    expect(storing.giveWay()).toBe(true);
    await expect(iterator.next()).rejects.toMatchObject(overloaded);
  });

  it('gives no way once all has come', async () => {
    const pace = new Pace(limits);
    const { bytes, end } = client();
    const ended = listen(pace, bytes);
    await end();
    await ended;
    expect(pace.giveWay()).toBe(false);
  });
});

it('keeps nothing of what a client has sent', async () => {
  const sent: WeakRef<Buffer>[] = [];
  async function* send() {
    for (let part = 0; part < 100; part++) {
      const bytes = Buffer.alloc(1_000);
      sent.push(new WeakRef(bytes));
      yield bytes;
    }
  }
  for await (const _ of new Pace(limits).listen(send()));
  // What a WeakRef was asked for lives on until the turn is over.
  await nextTurn();
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  expect(sent.filter((part) => part.deref() !== undefined).length).toBeLessThan(5);
});
