import type { CompiledPatterns } from './current-patterns.ts';
import { inTimeSlices } from './in-time-slices.ts';
import { compilePatternsInThread } from './patterns/compile-patterns-in-thread.ts';
import type { PatternMatcher } from './patterns/pattern-matcher.ts';

export type Matcher = Pick<PatternMatcher, 'match'>;

interface Texts {
  merchantName: string | null;
  description: string | null;
}

/** An editor asks again with each change of a pattern. Afterwards the matcher should not take memory. */
const keptMs = 60_000;

/**
 * Returns the matcher of all patterns but one. If that pattern wins nowhere, the compiled matcher of all patterns
 * gives the same results. Otherwise the others are compiled; the last matcher is kept for a while.
 */
export class MatcherWithoutPattern {
  #last: { version: number; id: number; matcher: PatternMatcher } | null = null;
  #forgetting: NodeJS.Timeout | undefined;

  /**
   * @param id null for a pattern that is not stored yet
   * @param texts all texts that the matcher will be asked about
   */
  async get(
    current: CompiledPatterns,
    id: number | null,
    texts: readonly Texts[],
  ): Promise<Matcher> {
    if (id === null || !(await winsAny(current, id, texts))) return current.matcher;
    const others = await this.#others(current, id);
    return {
      match: (merchantName, description) => {
        const winner = current.matcher.match(merchantName, description);
        return winner?.pattern.id === id ? others.match(merchantName, description) : winner;
      },
    };
  }

  async #others({ version, patterns }: CompiledPatterns, id: number): Promise<PatternMatcher> {
    if (this.#last?.version !== version || this.#last.id !== id) {
      this.#last = null;
      const others = patterns.filter((pattern) => pattern.id !== id);
      this.#last = { version, id, matcher: await compilePatternsInThread(others) };
    }
    clearTimeout(this.#forgetting);
    this.#forgetting = setTimeout(() => {
      this.#last = null;
    }, keptMs).unref();
    return this.#last.matcher;
  }
}

async function winsAny(
  { matcher }: CompiledPatterns,
  id: number,
  texts: readonly Texts[],
): Promise<boolean> {
  for await (const slice of inTimeSlices(texts)) {
    for (const { merchantName, description } of slice)
      if (matcher.match(merchantName, description)?.pattern.id === id) return true;
  }
  return false;
}
