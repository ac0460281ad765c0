import type { ZxcvbnResult } from '@zxcvbn-ts/core';
import { characterCount, normalizeText } from '../normalize-text.ts';
import { estimateGuesses } from './guess-estimator.ts';

/** A score from 0 to 4. Below this one, some 10^8 guesses are enough. */
const minScore = 3;
/** Shorter pieces of a name occur in many passwords by chance. */
const minPieceCharacters = 3;
const ownName = 'tallyflow';

const advice = 'Better are four or more words that have nothing to do with each other';

/** Explanations by the kind of pattern that makes up most of a password. */
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
 * What is wrong with a new password that could be guessed, and what is better; null for a good password. The text
 * follows the field's name. The user's name and address, and pieces of them, count as known words.
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
  // Digits alone are dates, phone numbers or card numbers, however many they are.
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
