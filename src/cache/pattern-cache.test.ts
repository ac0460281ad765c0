import { expect, test } from '@jest/globals';
import type { PatternSet } from '../domain/pattern-set.ts';
import { MemoryCache } from './memory-cache.ts';
import { PatternCache, patternsKey } from './pattern-cache.ts';

const pattern = { id: 1, categoryId: 2, pattern: 'uber', priority: 0 };

test('gives back the set that was put in', async () => {
  const patterns = new PatternCache(new MemoryCache());
  const set: PatternSet = { version: 3, patterns: [{ ...pattern, matchMode: 'word' }] };
  await patterns.set(set);
  expect(await patterns.get()).toEqual(set);
});

test.each([
  ['no JSON', '{'],
  ['null', 'null'],
  ['no patterns', '{"version":3}'],
  ['patterns without a match mode', JSON.stringify({ version: 3, patterns: [pattern] })],
])('takes %s for a miss', async (_, text) => {
  const cache = new MemoryCache();
  await cache.set(patternsKey, text, 60);
  expect(await new PatternCache(cache).get()).toBeNull();
});
