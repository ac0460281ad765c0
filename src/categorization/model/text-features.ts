import type { MatchedField } from '../../domain/category-match.ts';
import { normalizeText } from '../../domain/normalize-text.ts';

/** The rest of a longer text costs time and says little. */
const maxCharacters = 200;

/** Sizes of the character n-grams, which are taken from a word and the spaces around it. Larger ones added nothing. */
const gramSizes = [3, 4];

const words = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*/gu;
/** Two digits in a word make it a store's number, a reference or a date, which says nothing about other merchants. */
const twoDigits = /\p{N}.*\p{N}/u;

/** Separate the features of the fields: "hotel" says more in the merchant's name than in a description. */
const seeds: Record<MatchedField, { word: number; gram: number }> = {
  merchant_name: { word: 0x811c9dc5, gram: 0x07654321 },
  description: { word: 0x3ade68b1, gram: 0x4cf5ad43 },
};

/** Returns the words of a text that have features: normalised, and without numbers. */
export function featureWords(text: string | null): string[] {
  if (text === null) return [];
  // NFKC can turn one character into eighteen, so the text is cut before and after.
  const normalized = normalizeText(text.slice(0, maxCharacters)).slice(0, maxCharacters);
  return (normalized.match(words) ?? []).filter((word) => !twoDigits.test(word));
}

/** Appends the features of a word to `into`, as 32-bit hashes: the word itself and its n-grams. */
export function addFeatures(field: MatchedField, word: string, into: number[]): void {
  const { word: wordSeed, gram: gramSeed } = seeds[field];
  into.push(hash(word, 0, word.length, wordSeed));
  const padded = ` ${word} `;
  for (const size of gramSizes)
    for (let at = 0; at + size <= padded.length; at++)
      into.push(hash(padded, at, at + size, gramSeed + size));
}

/**
 * Hashes a part of a text: FNV-1a over UTF-16 code units, and then the finalizer of MurmurHash3, so that the low bits
 * are well distributed over buckets.
 */
function hash(text: string, from: number, to: number, seed: number): number {
  let value = seed;
  for (let at = from; at < to; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
