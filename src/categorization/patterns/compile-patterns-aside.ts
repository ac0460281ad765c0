import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { CategoryPattern } from '../../domain/pattern-set.ts';
import type { MatcherTables } from './matcher-tables.ts';
import { packPatterns } from './packed-patterns.ts';
import { compilePatterns, PatternMatcher } from './pattern-matcher.ts';

/** Fewer characters are compiled in the time that a thread takes to start, some 30 ms. */
const maxCharactersAtOnce = 5_000;

/** The compilation that others wait for: each takes as much memory as a process should need for it. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Makes a matcher of the patterns as they are now, in a thread of its own, so that requests are answered and
 * activities tell that they are alive meanwhile. Those of a process are compiled one after the other.
 */
export async function compilePatternsAside(
  patterns: readonly CategoryPattern[],
): Promise<PatternMatcher> {
  const characters = patterns.reduce((sum, { pattern }) => sum + pattern.length, 0);
  if (characters <= maxCharactersAtOnce) return compilePatterns(patterns);
  const tables = last.then(() => buildInThread(patterns));
  last = tables.catch(() => {});
  return new PatternMatcher(patterns, await tables);
}

async function buildInThread(patterns: readonly CategoryPattern[]): Promise<MatcherTables> {
  const thread = new Worker(new URL('./compile-thread.ts', import.meta.url), {
    workerData: packPatterns(patterns),
  });
  try {
    const [tables] = (await once(thread, 'message')) as [MatcherTables];
    return tables;
  } finally {
    await thread.terminate();
  }
}
