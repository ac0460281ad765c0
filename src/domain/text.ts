import { maxIdCharacters } from './limits.ts';

/** Length in code points, counted only where that of code units, of which a code point has one or two, leaves a doubt. */
const isLonger = (text: string, max: number): boolean =>
  text.length > 2 * max || (text.length > max && [...text].length > max);

/** Text is data: all of Unicode is welcome but what PostgreSQL (NUL) or UTF-8 (lone surrogates) can't hold. Null when fine. */
export function textProblem(text: string, maxCharacters: number): string | null {
  if (isLonger(text, maxCharacters)) return `must have at most ${maxCharacters} characters`;
  if (text.includes('\0')) return 'must not contain a NUL character';
  if (!text.isWellFormed()) return 'must not contain a lone surrogate';
  return null;
}

/** Whether a client may have chosen this as an id. */
export const isPossibleId = (text: string): boolean =>
  text !== '' && textProblem(text, maxIdCharacters) === null;
