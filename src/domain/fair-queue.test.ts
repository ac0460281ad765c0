import { describe, expect, it } from '@jest/globals';
import { FairQueue } from './fair-queue.ts';

const takeAll = <Item>(queue: FairQueue<Item>): Item[] => {
  const items: Item[] = [];
  for (let next = queue.take(); next !== undefined; next = queue.take()) items.push(next.item);
  return items;
};

describe('a fair queue', () => {
  it('serves its clients in turn, and the items of each in their order', () => {
    const queue = new FairQueue<string>(100);
    for (const item of ['a1', 'a2', 'a3', 'a4']) queue.push('a', item);
    queue.push('b', 'b1');
    for (const item of ['c1', 'c2']) queue.push('c', item);
    expect(queue.peek(5)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2']);
    expect(queue.peek(99)).toHaveLength(7);
    expect(takeAll(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', 'a4']);
    expect(queue.length).toBe(0);
  });

  it('serves a client that comes later behind the one whose turn it is', () => {
    const queue = new FairQueue<string>(100);
    for (const item of ['a1', 'a2', 'a3']) queue.push('a', item);
    expect(queue.take()).toEqual({ client: 'a', item: 'a1' });
    queue.push('b', 'b1');
    expect(takeAll(queue)).toEqual(['a2', 'b1', 'a3']);
  });

  it('serves next what was put back', () => {
    const queue = new FairQueue<string>(100);
    for (const item of ['a1', 'a2']) queue.push('a', item);
    queue.push('b', 'b1');
    expect(queue.take()?.item).toBe('a1');
    queue.putBack('a', 'a1');
    expect(takeAll(queue)).toEqual(['a1', 'b1', 'a2']);
    queue.putBack('c', 'c1');
    expect(takeAll(queue)).toEqual(['c1']);
  });

  it('drops the last item of the client with most of them when it is full', () => {
    const queue = new FairQueue<string>(3);
    expect(['a1', 'a2', 'a3'].map((item) => queue.push('a', item))).toEqual([null, null, null]);
    expect(queue.push('a', 'a4')).toBe('a4');
    expect(queue.push('b', 'b1')).toBe('a3');
    expect(takeAll(queue)).toEqual(['a1', 'b1', 'a2']);
    queue.push('a', 'a5');
    queue.clear();
    expect([queue.length, queue.take()]).toEqual([0, undefined]);
  });
});
