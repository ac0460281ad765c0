import type { MatchMode } from '../domain/pattern-set.ts';

const endsAsWord = /[\p{L}\p{M}\p{N}]$/u;
const beginsAsWord = /^[\p{L}\p{M}\p{N}]/u;

/** The first index at which the mode lets the part match in the whole, or -1. Both are normalised. */
export function findPart(part: string, whole: string, mode: MatchMode): number {
  let at = whole.indexOf(part);
  while (at !== -1 && mode === 'word' && !standsAsWords(part, whole, at))
    at = whole.indexOf(part, at + 1);
  return at;
}

/** A side of the part that is no letter, mark or digit needs no boundary. */
function standsAsWords(part: string, whole: string, at: number): boolean {
  const before = whole.slice(0, at);
  const after = whole.slice(at + part.length);
  return (
    !(beginsAsWord.test(part) && endsAsWord.test(before)) &&
    !(endsAsWord.test(part) && beginsAsWord.test(after))
  );
}
