import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { CategoryPattern } from '../../domain/pattern-set.ts';
import { compilePatternsInThread } from './compile-patterns-in-thread.ts';
import { compilePatterns } from './pattern-matcher.ts';

/** Patterns of the length, all different, of both modes. */
const patternsOf = (count: number, length: number): CategoryPattern[] =>
  Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    categoryId: 1,
    pattern: `Shop ${index.toString(36)} `.padEnd(length, `${(index * 7919).toString(36)} x`),
    priority: index % 3,
    matchMode: index % 5 === 0 ? 'word' : 'contains',
  }));

test('gives the matcher that compiling at once gives', async () => {
  const patterns = patternsOf(1_500, 20);
  const aside = await compilePatternsInThread(patterns);
  const atOnce = compilePatterns(patterns);
  const texts = [
    ...patterns.map(({ pattern }) => `POS ${pattern} 0423`),
    'shop 7',
    'shop',
    'x',
    '',
  ];
  for (const text of texts)
    expect([text, aside.match(text, 'shop')]).toEqual([text, atOnce.match(text, 'shop')]);
});

test('gives everything else its turn meanwhile', async () => {
  let isCompiled = false;
  let turns = 0;
  const compiling = compilePatternsInThread(patternsOf(2_000, 100)).finally(() => {
    isCompiled = true;
  });
  while (!isCompiled) {
    await nextTurn();
    turns++;
  }
  await compiling;
  // Compiled at once there would be one.
  expect(turns).toBeGreaterThan(20);
});

test('compiles as many sets as are given to it, each to its end', async () => {
  const matchers = await Promise.all(
    [500, 600].map((count) => compilePatternsInThread(patternsOf(count, 20))),
  );
  const last = patternsOf(600, 20).at(-1);
  expect(matchers.map((matcher) => matcher.match(last?.pattern ?? '', null)?.pattern.id)).toEqual([
    undefined,
    600,
  ]);
});
