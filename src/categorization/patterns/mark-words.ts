/** Normalised texts have none, as texts that were sent have none. */
const wordMark = '\0';
const wordPattern = /[\p{L}\p{M}\p{N}]+/gu;

/**
 * The text with a mark at each boundary of a word, which is a run of letters, combining marks and
 * digits. So "stands at the boundaries of words" becomes "is contained": a pattern that begins with
 * a letter begins with a mark, which a text has only where a word begins; at a side where the
 * pattern has no letter there is none, and any neighbour will do.
 */
export function markWords(normalized: string): string {
  return normalized.replace(wordPattern, `${wordMark}$&${wordMark}`);
}
