import { describe, expect, it } from '@jest/globals';
import { addFeatures, featureWords } from './text-features.ts';

const features = (field: 'merchant_name' | 'description', word: string) => {
  const into: number[] = [];
  addFeatures(field, word, into);
  return into;
};

describe('featureWords', () => {
  it.each([
    [null, []],
    ['', []],
    ['Blue  DOOR', ['blue', 'door']],
    ['BLUE DOOR #0423 2024-01-31 NV61F8YR3', ['blue', 'door']],
    ["O'BRIEN'S CAFÉ", ["o'brien's", 'café']],
    ['кофе 星巴克 قهوة', ['кофе', '星巴克', 'قهوة']],
    ['🎉 !!!', []],
  ])('finds in %j the words %j', (text, words) => {
    expect(featureWords(text)).toEqual(words);
  });

  it('reads the first 200 characters', () => {
    expect(featureWords(`${'ab '.repeat(66)}ab`)).toHaveLength(67);
    expect(featureWords(`${'ab '.repeat(66)}ab cd`)).toHaveLength(67);
    // NFKC turns this character into eighteen.
    expect(featureWords('\ufdfa'.repeat(200)).join(' ').length).toBeLessThanOrEqual(200);
  });
});

describe('addFeatures', () => {
  it('adds the word, and its n-grams of three and four characters with the spaces around', () => {
    expect(features('merchant_name', 'door')).toHaveLength(1 + 4 + 3);
    expect(features('merchant_name', 'a')).toHaveLength(1 + 1);
  });

  it('gives similar words common n-grams, and the fields nothing in common', () => {
    const door = new Set(features('merchant_name', 'door'));
    expect(features('merchant_name', 'doors').filter((hash) => door.has(hash))).toHaveLength(3 + 2);
    expect(features('description', 'door').filter((hash) => door.has(hash))).toEqual([]);
  });
});
