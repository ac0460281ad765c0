import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { holdBody } from './hold-body.ts';
import { Room } from './room.ts';

const maxBytes = 100;
const requestOf = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage;

async function* chunks(...sizes: number[]): AsyncGenerator<Buffer> {
  for (const size of sizes) yield Buffer.alloc(size);
}

/** Reads it all; gives how much of the room is taken after each chunk. */
async function takenWhile(
  room: Room,
  headers: Record<string, string>,
  bytes: AsyncIterable<Buffer>,
): Promise<number[]> {
  const taken: number[] = [];
  await holdBody(room, requestOf(headers), maxBytes, async (counted) => {
    taken.push(room.taken);
    for await (const _ of counted(bytes)) taken.push(room.taken);
  });
  return taken;
}

describe('a body that is held', () => {
  it.each([
    ['its length is announced', { 'content-length': '100' }, [100, 100, 100]],
    ['it is chunked', {}, [0, 40, 100]],
    ['it is compressed', { 'content-length': '9', 'content-encoding': 'gzip' }, [0, 40, 100]],
    ['it is longer than allowed, which the reader says', { 'content-length': '101' }, [0, 40, 100]],
  ])('takes room when %s', async (_, headers, taken) => {
    const room = new Room(maxBytes);
    expect(await takenWhile(room, headers, chunks(40, 60))).toEqual(taken);
    expect(room.taken).toBe(0);
  });

  it('waits while others hold too much, one byte of it', async () => {
    const room = new Room(maxBytes, 10);
    await room.take(1);
    const held = takenWhile(room, { 'content-length': '100' }, chunks(100));
    await expect(held).rejects.toMatchObject({ code: 'overloaded' });
    await expect(takenWhile(room, {}, chunks(99, 1))).rejects.toMatchObject({ code: 'overloaded' });
    expect(await takenWhile(room, { 'content-length': '99' }, chunks(99))).toEqual([100, 100]);
    expect(room.taken).toBe(1);
  });

  describe('whose client announces more than it sends', () => {
    beforeEach(() => {
      jest.useFakeTimers();
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    it('keeps after five seconds only what has arrived, and grows from there', async () => {
      const room = new Room(maxBytes);
      async function* slow(): AsyncGenerator<Buffer> {
        yield Buffer.alloc(10);
        jest.advanceTimersByTime(4_999);
        expect(room.taken).toBe(100);
        jest.advanceTimersByTime(1);
        expect(room.taken).toBe(10);
        yield Buffer.alloc(20);
      }
      expect(await takenWhile(room, { 'content-length': '100' }, slow())).toEqual([100, 100, 30]);
      expect(room.taken).toBe(0);
    });
  });
});
