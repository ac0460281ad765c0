import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

interface StarterCategory {
  name: string;
  color: string;
  patterns: string[];
}

const { categories } = JSON.parse(
  readFileSync(new URL('./starter-categories.json', import.meta.url), 'utf8'),
) as { categories: StarterCategory[] };

const patterns = categories.flatMap((category) =>
  category.patterns.map((pattern) => ({ category: category.name, pattern })),
);

/** The form that matching uses: patterns that differ only by case or spacing are the same. */
function normalize(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}

/**
 * Words and names seen in descriptors of merchants that have nothing to do with the pattern hiding
 * in them. A pattern matches anywhere in the text, so each of these has a well-known brand inside.
 */
const ordinaryWords = [
  'allegorical', // lego
  'avocado', // ocado
  'boulangerie', // boulanger
  'brewery', // rewe
  'canvas', // canva
  'chilton', // hilton
  'circle kitchen', // circle k
  'coffee limited', // ee limited
  'cooper', // coop
  'current payment', // rent payment
  'espresso', // esso
  "fernando's", // nando's
  'gruber', // uber
  'hairlines', // airlines
  'hospitality', // hospital
  'huber', // uber
  'intuition', // tuition
  'maldives', // aldi
  'marco', // arco
  "marlowe's", // lowe's
  'moniker', // nike
  'nasdaq', // asda
  'pagoda', // agoda
  'paralegal', // aral
  'philanthropic', // anthropic
  'public house', // pub
  'revolution', // revolut
  'shellfish', // shell
  'siberia', // iberia
  'singapore', // gap
  'sparkling', // spar
  'totally', // total
  'trampoline', // ampol
  'tuberose', // uber
  'thebay.com', // ebay
  'zaragoza', // zara
];

describe('the starter categories', () => {
  test('are enough to be useful on real data, and few enough to be read', () => {
    expect(categories.length).toBeGreaterThanOrEqual(25);
    expect(categories.length).toBeLessThanOrEqual(40);
    expect(patterns.length).toBeGreaterThanOrEqual(400);
    expect(patterns.length).toBeLessThanOrEqual(1000);
  });

  test('have unique names, whatever their case', () => {
    const names = categories.map((category) => category.name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });

  test('have a color each, none of them twice', () => {
    const colors = categories.map((category) => category.color);
    for (const color of colors) expect(color).toMatch(/^#[0-9a-f]{6}$/);
    expect(new Set(colors).size).toBe(colors.length);
  });

  test('have at least five patterns each', () => {
    for (const { name, patterns: own } of categories) {
      expect({ name, enough: own.length >= 5 }).toEqual({ name, enough: true });
    }
  });

  test('keep patterns in the form that matching compares', () => {
    expect(patterns.filter(({ pattern }) => pattern !== normalize(pattern))).toEqual([]);
  });

  test('have no pattern twice, also not in two categories', () => {
    const seen = new Set<string>();
    const repeated = patterns.filter(({ pattern }) => {
      const isRepeated = seen.has(normalize(pattern));
      seen.add(normalize(pattern));
      return isRepeated;
    });
    expect(repeated).toEqual([]);
  });

  test('have no pattern of fewer than four characters', () => {
    expect(patterns.filter(({ pattern }) => [...pattern].length < 4)).toEqual([]);
  });

  test('have no pattern that a shorter one of the same category makes needless', () => {
    const needless = patterns.filter(({ category, pattern }) =>
      patterns.some(
        (other) =>
          other.category === category &&
          other.pattern !== pattern &&
          pattern.includes(other.pattern),
      ),
    );
    expect(needless).toEqual([]);
  });

  test('overlap between categories only where the longer pattern is meant to win', () => {
    const overlaps = patterns.flatMap((long) =>
      patterns
        .filter((short) => short.category !== long.category && long.pattern.includes(short.pattern))
        .map(
          (short) => `${short.pattern} (${short.category}) < ${long.pattern} (${long.category})`,
        ),
    );
    expect(overlaps).toEqual(['daycare (Kids) < doggy daycare (Pets)']);
  });

  test.each(ordinaryWords)('match nothing inside "%s"', (word) => {
    expect(patterns.filter(({ pattern }) => word.includes(pattern))).toEqual([]);
  });
});
