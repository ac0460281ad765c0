import { expect, it } from '@jest/globals';
import { EventLoopTurns } from './event-loop-turns.ts';

it('of several pieces of long work one goes on in each turn of the event loop', async () => {
  let turn = 0;
  let isDone = false;
  const count = () => {
    turn++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const seen: number[] = [];
  const work = async () => {
    const turns = new EventLoopTurns();
    for (let part = 0; part < 5; part++) {
      await turns.next();
      seen.push(turn);
    }
  };
  await Promise.all([work(), work(), work()]);
  isDone = true;
  expect(new Set(seen).size).toBe(15);
});
