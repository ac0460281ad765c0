import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { StreamPlaces } from './stream-places.ts';

const silenceMs = 50;
const long = silenceMs * 3;

/** Sends one part, then nothing until it is told to end. */
function client(): { bytes: AsyncGenerator<Buffer>; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  async function* send() {
    yield Buffer.from('some rows');
    await promise;
  }
  return { bytes: send(), end: resolve };
}

/** Reads all that the client sends, and takes `storingMs` to store each part. */
const store = (places: StreamPlaces, bytes: AsyncIterable<Buffer>, storingMs = 0) =>
  places.hold(async (heard) => {
    let parts = 0;
    for await (const _ of heard(bytes)) {
      parts++;
      await sleep(storingMs);
    }
    return parts;
  });

const overloaded = { code: 'overloaded', retryAfterSeconds: 5 };
const tooSilent = { code: 'request_timeout', retryAfterSeconds: 5 };

describe('the places of streams', () => {
  it('are given back at the end, be it a good one or not', async () => {
    const places = new StreamPlaces(1, silenceMs);
    const first = client();
    first.end();
    expect(await store(places, first.bytes)).toBe(1);
    await expect(places.hold(async () => Promise.reject(new Error('bad row')))).rejects.toThrow();
    const second = client();
    second.end();
    expect(await store(places, second.bytes)).toBe(1);
  });

  it('are kept by who is silent for as long as nobody else comes', async () => {
    const places = new StreamPlaces(1, silenceMs);
    const patient = client();
    const stored = store(places, patient.bytes);
    await sleep(long);
    patient.end();
    expect(await stored).toBe(1);
  });

  it('are lost by the one that was silent for longest, once others come', async () => {
    const places = new StreamPlaces(2, silenceMs);
    const [one, two, three, four] = [client(), client(), client(), client()];
    const first = store(places, one.bytes);
    await sleep(long);
    const second = store(places, two.bytes);
    const lost = expect(first).rejects.toMatchObject(tooSilent);
    const third = store(places, three.bytes);
    await lost;
    await expect(store(places, four.bytes)).rejects.toMatchObject(overloaded);
    for (const { end } of [two, three]) end();
    expect(await Promise.all([second, third])).toEqual([1, 1]);
  });

  it('are kept by those whose rows are being stored, however long that takes', async () => {
    const places = new StreamPlaces(1, silenceMs);
    const busy = client();
    const stored = store(places, busy.bytes, long);
    await sleep(silenceMs * 2);
    await expect(store(places, client().bytes)).rejects.toMatchObject(overloaded);
    busy.end();
    expect(await stored).toBe(1);
  });

  it('stay as many as they are when several come at once', async () => {
    const places = new StreamPlaces(1, silenceMs);
    const silent = store(places, client().bytes);
    const lost = expect(silent).rejects.toMatchObject(tooSilent);
    await sleep(long);
    const newcomers = [client(), client(), client()];
    const stored = newcomers.map(({ bytes }) => store(places, bytes));
    for (const { end } of newcomers) end();
    const outcomes = await Promise.allSettled(stored);
    await lost;
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('keep nothing of what a client has sent', async () => {
    const places = new StreamPlaces(1, silenceMs);
    const sent: WeakRef<Buffer>[] = [];
    async function* send() {
      for (let part = 0; part < 100; part++) {
        const bytes = Buffer.alloc(1_000);
        sent.push(new WeakRef(bytes));
        yield bytes;
      }
    }
    const held = await places.hold(async (heard) => {
      for await (const _ of heard(send()));
      // What a WeakRef was asked for lives on until the turn is over.
      await sleep(0);
      collectGarbage();
      return sent.filter((part) => part.deref() !== undefined).length;
    });
    expect(held).toBeLessThan(5);
  });
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
