import { describe, expect, it } from '@jest/globals';
import type { MatchedRow } from '../patterns/pattern-evidence.ts';
import { learnFromRows } from './learn-from-rows.ts';

const name = (place: number) =>
  [...(90_000 + place * 31).toString(26)]
    .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))
    .join('');

/** Merchants met once, whose name says what they are. */
const rows = (isUnseen: boolean): MatchedRow[] =>
  Array.from({ length: 200 }, (_, place) => ({
    merchantName: `${name(place)} ${place % 2 === 0 ? 'bakery' : 'garage'}`,
    description: null,
    categoryId: place % 2,
    match: null,
    isUnseen,
  }));

describe('learnFromRows', () => {
  const confidence = async (labelled: MatchedRow[]) =>
    (await learnFromRows(labelled, [])).model?.predict('new bakery', null)?.confidence;

  it('does not let the model confirm itself by labels that nobody need have looked at', async () => {
    expect(await confidence(rows(false))).toBeGreaterThan(0.5);
    expect(await confidence(rows(true))).toBeUndefined();
  });

  it('measures the model on texts that somebody looked at later', async () => {
    expect(await confidence([...rows(true), ...rows(false)])).toBeGreaterThan(0.5);
  });
});
