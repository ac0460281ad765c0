import type { CategoryPattern } from '../../domain/pattern-set.ts';
import type { RankablePattern } from './matcher-tables.ts';

/** No text that PostgreSQL stores has one. */
const separator = '\0';

/** Patterns in a form that is handed to a thread in a fraction of the time that as many objects would take. */
export interface PackedPatterns {
  texts: string;
  ids: Float64Array;
  priorities: Float64Array;
  /** 1 where the mode is `word`. */
  isWord: Uint8Array;
}

export function packPatterns(patterns: readonly CategoryPattern[]): PackedPatterns {
  return {
    texts: patterns.map(({ pattern }) => pattern).join(separator),
    ids: Float64Array.from(patterns, ({ id }) => id),
    priorities: Float64Array.from(patterns, ({ priority }) => priority),
    isWord: Uint8Array.from(patterns, ({ matchMode }) => (matchMode === 'word' ? 1 : 0)),
  };
}

export function unpackPatterns({
  texts,
  ids,
  priorities,
  isWord,
}: PackedPatterns): RankablePattern[] {
  return texts.split(separator).map((pattern, index) => ({
    id: ids[index] as number,
    pattern,
    priority: priorities[index] as number,
    matchMode: isWord[index] === 1 ? 'word' : 'contains',
  }));
}
