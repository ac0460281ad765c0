import { z } from 'zod';
import { characterCount, normalizeText } from '../../domain/normalize-text.ts';
import { textProblem } from '../../domain/text.ts';

/** The maximum of PostgreSQL's integer. */
export const maxIntegerId = 2_147_483_647;
/** Ids of transactions are bigint. Above this, a JSON number would not be exact. */
export const maxBigintId = Number.MAX_SAFE_INTEGER;

export const dateTime = z.iso.datetime();

/** The error for a missing field, or one of the wrong type. */
export const expected = (what: string) => (issue: { input?: unknown }) =>
  issue.input === undefined ? 'is required' : `must be ${what}`;

/** Text that is stored as written, and compared in its normalised form. */
export const comparedText = (maxCharacters: number) =>
  z
    .string({ error: expected('a string') })
    .check((context) => {
      const message = comparedTextProblem(context.value, maxCharacters);
      if (message !== null) context.issues.push({ code: 'custom', message, input: context.value });
    })
    .meta({ minLength: 1, maxLength: maxCharacters });

function comparedTextProblem(text: string, maxCharacters: number): string | null {
  const problem = textProblem(text, maxCharacters);
  if (problem !== null) return problem;
  const normalized = normalizeText(text);
  if (normalized === '') return 'must not be blank';
  // NFKC turns one character into up to 18, and an indexed text must fit into a page of the index.
  return characterCount(normalized) > maxCharacters
    ? `must have at most ${maxCharacters} characters in compatibility form (NFKC)`
    : null;
}

const wholeId = expected('the id of a category');

export const categoryId = z
  .int({ error: wholeId })
  .min(1, { error: wholeId })
  .max(maxIntegerId, { error: wholeId });
