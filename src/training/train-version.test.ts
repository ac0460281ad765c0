import { expect, it } from '@jest/globals';
import { KnownCategories } from '../categorization/known-categories.ts';
import { encodeAnswers } from '../categorization/learned/encode-answers.ts';
import { type TrainingInput, type TrainingRow, trainVersion } from './train-version.ts';

const labelledAt = new Date('2026-01-01');
const trainedAt = new Date('2026-01-02');

const row = (id: number, merchantName: string): TrainingRow => ({
  id,
  merchantName,
  description: null,
  categoryId: id % 2,
  match: null,
  labelledAt,
  isOld: false,
  isUnseen: false,
});

const known = Array.from({ length: 200 }, (_, id) => row(id, id % 2 ? 'blue door' : 'shell'));
/** Merchants met once, whose name says nothing, so that no version can answer. */
const unknown = Array.from({ length: 300 }, (_, place) =>
  row(1_000 + place, `x${((place + 7) * 40_009).toString(26).replaceAll(/\d/g, 'q')}`),
);

it('is not compared by labels that nobody need have looked at', async () => {
  const input: TrainingInput = {
    trainedAt,
    rows: known,
    unlabelled: [],
    hints: [],
    live: null,
    categories: new KnownCategories([], []),
  };
  const rows = [...known, ...unknown];
  // As if the live version had known them all.
  const answers = encodeAnswers(new Map(rows.map(({ id }) => [id, 'right'])));
  const live = { id: 1, ...(await trainVersion(input)), answers };
  const isWorse = async (isUnseen: boolean) => {
    const others = unknown.map((each) => ({ ...each, isUnseen }));
    return (await trainVersion({ ...input, live, rows: [...known, ...others] })).isWorse;
  };
  expect(await isWorse(false)).toBe(true);
  expect(await isWorse(true)).toBe(false);
});
