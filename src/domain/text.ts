import { maxIdCharacters } from './limits.ts';

/** Compares the length in code points with a limit. Counts them only if the number of code units does not decide it. */
const isLonger = (text: string, max: number): boolean =>
  text.length > 2 * max || (text.length > max && [...text].length > max);

/** What is wrong with a text that is too long, or that PostgreSQL (NUL) or UTF-8 (lone surrogates) cannot store. */
export function textProblem(text: string, maxCharacters: number): string | null {
  if (isLonger(text, maxCharacters)) return `must have at most ${maxCharacters} characters`;
  if (text.includes('\0')) return 'must not contain a NUL character';
  if (!text.isWellFormed()) return 'must not contain a lone surrogate';
  return null;
}

/** Whether a client can have sent this as an id. */
export const isPossibleId = (text: string): boolean =>
  text !== '' && textProblem(text, maxIdCharacters) === null;
