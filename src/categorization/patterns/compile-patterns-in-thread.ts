import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { CategoryPattern } from '../../domain/pattern-set.ts';
import type { MatcherTables } from './matcher-tables.ts';
import { packPatterns } from './packed-patterns.ts';
import { compilePatterns, PatternMatcher } from './pattern-matcher.ts';

/** Fewer characters are compiled in the time that a thread takes to start, some 30 ms. */
const maxCharactersAtOnce = 5_000;

/** The last compilation. Others wait for it, since a process has memory for one at a time. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Compiles a matcher of the present patterns in a separate thread, so that the process answers requests and
 * sends heartbeats meanwhile. One thread at a time compiles.
 */
export async function compilePatternsInThread(
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
