import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ApiContext } from './context.ts';
import { CredentialWatch, endWithCredential } from './credential-watch.ts';

describe('credentials that hold something open', () => {
  /** What was asked for, question by question. */
  let asked: number[][];
  let ended: Set<number>;
  let watch: CredentialWatch;
  beforeEach(() => {
    jest.useFakeTimers();
    asked = [];
    ended = new Set();
    watch = new CredentialWatch(async (ids) => {
      asked.push([...ids]);
      return ids.filter((id) => !ended.has(id));
    });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('are asked for together, once a second, and not at all while nothing is open', async () => {
    const stops = [1, 2, 2].map((id) => watch.add(id, () => {}));
    await jest.advanceTimersByTimeAsync(2_000);
    expect(asked).toEqual([
      [1, 2],
      [1, 2],
    ]);
    for (const stop of stops) stop();
    await jest.advanceTimersByTimeAsync(5_000);
    expect([asked.length, jest.getTimerCount()]).toEqual([2, 0]);
  });

  it('end everything that they hold, once, and nothing of others', async () => {
    const told: string[] = [];
    watch.add(1, () => told.push('first of 1'));
    watch.add(1, () => told.push('second of 1'));
    const stop = watch.add(1, () => told.push('left before'));
    watch.add(2, () => told.push('of 2'));
    stop();
    ended.add(1);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(told).toEqual(['first of 1', 'second of 1']);
    expect(asked).toEqual([[1, 2], [2], [2]]);
  });

  it('stay as they are while the database is away, and are asked for again', async () => {
    let isAway = true;
    let isEnded = false;
    const careful = new CredentialWatch(async () => {
      if (isAway) throw new Error('away');
      return [];
    });
    careful.add(1, () => {
      isEnded = true;
    });
    await jest.advanceTimersByTimeAsync(3_000);
    expect(isEnded).toBe(false);
    isAway = false;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(isEnded).toBe(true);
  });

  it('wait for a slow answer before they are asked for again', async () => {
    let questions = 0;
    const { promise, resolve } = Promise.withResolvers<number[]>();
    const slow = new CredentialWatch(() => {
      questions++;
      return promise;
    });
    slow.add(1, () => {});
    await jest.advanceTimersByTimeAsync(5_000);
    expect(questions).toBe(1);
    resolve([1]);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(questions).toBe(2);
  });

  it.each(['before it is watched', 'while it is watched'])(
    'are asked for no more once the client of an answer has left %s',
    async (when) => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
      client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      const [, res] = (await once(server, 'request')) as [unknown, ServerResponse];
      const leave = async () => {
        const closed = once(res, 'close');
        client.destroy();
        await closed;
      };
      const body = new Readable();
      if (when === 'before it is watched') await leave();
      endWithCredential({ res, body } as unknown as ApiContext, watch, 1);
      if (when === 'while it is watched') {
        expect(jest.getTimerCount()).toBe(1);
        await leave();
      }
      expect(jest.getTimerCount()).toBe(0);
      server.close();
    },
  );
});
