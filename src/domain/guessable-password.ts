import type { ZxcvbnResult } from '@zxcvbn-ts/core';
import { estimateGuesses } from './guess-estimator.ts';
import { characterCount, normalizeText } from './normalize-text.ts';

/** Of 0 to 4: below it, some 10^8 guesses are enough. */
const minScore = 3;
/** Shorter pieces of a name stand in every other password. */
const minPieceCharacters = 3;
const ownName = 'tallyflow';

const advice = 'Better are four or more words that have nothing to do with each other';

/** By what makes up most of a password. */
const reasons: Record<string, string> = {
  digits: 'it has digits alone',
  known: 'it is made of the e-mail address, the name, or "tallyflow"',
  repeat: 'it repeats itself',
  sequence: 'it follows the alphabet, or counts',
  spatial: 'it follows the keys of a keyboard',
  date: 'it is made of a date',
  regex: 'it is made of a year',
};
const commonReason = 'it is a common password or word with little added';

/**
 * Why a new password would be guessed, and what is better, as the words behind its name; null for a good
 * one. What is known of its user counts as guessed, in whole and in pieces.
 */
export async function guessableProblem(
  password: string,
  known: readonly string[],
): Promise<string | null> {
  const reason = await reasonOf(password, known);
  return reason === null ? null : `can be guessed: ${reason}. ${advice}`;
}

async function reasonOf(password: string, known: readonly string[]): Promise<string | null> {
  const text = password.normalize('NFKC');
  // However many, they are dates, numbers of telephones and of cards, one behind the other.
  if (/^\p{Nd}+$/u.test(text)) return reasons.digits as string;
  const result = await estimateGuesses(text, piecesOf([...known, ownName]));
  return result.score < minScore ? mainReason(result) : null;
}

function piecesOf(texts: readonly string[]): string[] {
  const normalized = texts.map(normalizeText);
  const pieces = normalized.flatMap((text) => {
    const words = text.split(/[^\p{L}\p{N}]+/u);
    return [text, words.join(''), ...words];
  });
  return [...new Set(pieces)].filter((piece) => characterCount(piece) >= minPieceCharacters);
}

function mainReason({ sequence }: ZxcvbnResult): string {
  const [longest] = sequence.toSorted((one, other) => other.token.length - one.token.length);
  if (longest === undefined) return commonReason;
  const kind = longest.dictionaryName === 'userInputs' ? 'known' : longest.pattern;
  return reasons[kind] ?? commonReason;
}
