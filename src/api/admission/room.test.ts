import { describe, expect, it } from '@jest/globals';
import { Room } from './room.ts';

/** Longer than any step here takes. */
const endlessMs = 60_000;
const settled = async (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<false>((r) => setImmediate(r, false))]);

describe('a room', () => {
  it('holds exactly its capacity, and lets the next in when there is room again', async () => {
    const room = new Room(10, endlessMs);
    await room.take(6);
    await room.take(4);
    const next = room.take(1);
    expect(await settled(next)).toBe(false);
    room.giveBack(4);
    await next;
    expect(room.taken).toBe(7);
  });

  it('lets nobody pass one who waits, so that a large request gets its turn', async () => {
    const room = new Room(10, endlessMs);
    await room.take(6);
    const large = room.take(10);
    const small = room.take(1);
    expect(await settled(small)).toBe(false);
    room.giveBack(6);
    await large;
    expect(await settled(small)).toBe(false);
    room.giveBack(10);
    await small;
  });

  it('lets one who holds some already go first', async () => {
    const room = new Room(10, endlessMs);
    await room.take(8);
    const newcomer = room.take(5);
    await room.take(2, { isGrowing: true });
    expect(room.taken).toBe(10);
    const growing = room.take(1, { isGrowing: true });
    room.giveBack(6);
    await growing;
    expect(await settled(newcomer)).toBe(true);
  });

  it('sends away who has waited for too long, and then looks at those behind', async () => {
    const room = new Room(10, 20);
    await room.take(9);
    const large = room.take(5);
    const small = room.take(1);
    await expect(large).rejects.toMatchObject({ code: 'overloaded', retryAfterSeconds: 2 });
    await small;
    expect(room.taken).toBe(10);
  });

  it('sends away at once who would be the 257th to wait', async () => {
    const room = new Room(1, endlessMs);
    await room.take(1);
    const waiting = Array.from({ length: 256 }, () => room.take(1));
    await expect(room.take(1)).rejects.toMatchObject({ code: 'overloaded' });
    for (const each of waiting) {
      room.giveBack(1);
      await each;
    }
    room.giveBack(1);
    expect(room.taken).toBe(0);
  });

  it('gives back what was held for work that failed', async () => {
    const room = new Room(3, endlessMs);
    const work = room.hold(3, async () => {
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(room.taken).toBe(0);
  });
});
