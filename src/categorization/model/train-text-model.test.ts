import { describe, expect, it } from '@jest/globals';
import type { LabelledRow } from '../labelled-row.ts';
import { seededRandom } from '../random-order.ts';
import { trainTextModel } from './train-text-model.ts';

const letters = (value: number): string =>
  [...value.toString(26)]
    .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))
    .join('');

/** Rows of a merchant each, whose name has a word that shows the category, and one that shows nothing. */
function labelledRows(count: number, categoryCount: number, wrongShare = 0): LabelledRow[] {
  const random = seededRandom(count);
  return Array.from({ length: count }, (_, place) => {
    const shown = place % categoryCount;
    const isWrong = random() < wrongShare;
    return {
      merchantName: `${letters(1_000_000 + place * 7919)} kind${letters(5_000 + shown * 331)}`,
      description: null,
      categoryId: 100 + (isWrong ? (shown + 1) % categoryCount : shown),
    };
  });
}

/** A merchant that no row has, in the category 100 + `shown`. */
const newMerchant = (shown: number) => `zzqx kind${letters(5_000 + shown * 331)}`;

describe('trainTextModel', () => {
  it('recognizes the category of merchants that it has not seen', async () => {
    const trained = await trainTextModel(labelledRows(600, 4));
    for (const shown of [0, 1, 2, 3]) {
      const prediction = trained?.model.predict(newMerchant(shown), null);
      expect(prediction?.categoryId).toBe(100 + shown);
      expect(prediction?.confidence).toBeGreaterThan(0.95);
    }
  });

  it('answers for each distinct text as a model that does not know its merchant', async () => {
    const trained = await trainTextModel([...labelledRows(200, 2), ...labelledRows(200, 2)]);
    expect(trained?.heldOut.map(({ row }) => row).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, row) => row),
    );
    // Each merchant's second word was seen elsewhere, so that nearly all answers are right.
    expect(trained?.heldOut.filter(({ isRight }) => isRight).length).toBeGreaterThan(190);
  });

  it('learns nothing about a merchant from other rows of it, when it holds the merchant out', async () => {
    const random = seededRandom(7);
    const merchants = Array.from({ length: 100 }, () => ({
      merchantName: letters(1_000_000 + Math.floor(random() * 1e9)),
      categoryId: random() < 0.5 ? 1 : 2,
    }));
    const trained = await trainTextModel(
      merchants.flatMap((merchant) =>
        ['one', 'two', 'three'].map((description) => ({ ...merchant, description })),
      ),
    );
    const right = trained?.heldOut.filter(({ isRight }) => isRight).length ?? 0;
    // Names and descriptions show nothing, so only a guess is left. With other rows of the merchant, all were right.
    expect(right / 300).toBeLessThan(0.7);
  });

  it('promises no more than contradicting labels allow', async () => {
    const trained = await trainTextModel(labelledRows(1_000, 3, 0.3));
    const confidence = trained?.model.predict(newMerchant(1), null)?.confidence;
    expect(confidence).toBeGreaterThan(0.55);
    expect(confidence).toBeLessThan(0.75);
  });

  it('gives the same model for the same rows', async () => {
    const one = await trainTextModel(labelledRows(200, 3));
    const other = await trainTextModel(labelledRows(200, 3));
    expect(one?.model.parts).toBeDefined();
    expect(one?.model.parts).toEqual(other?.model.parts);
  });

  it('learns nothing from one category, from one merchant, or from no text', async () => {
    expect(await trainTextModel([])).toBeNull();
    const hints = [{ text: 'veterinar', categoryId: 900 }];
    expect(await trainTextModel(labelledRows(50, 1), { hints })).toBeNull();
    const oneMerchant = [1, 2].map((categoryId) => ({
      merchantName: 'BLUE DOOR',
      description: null,
      categoryId,
    }));
    expect(await trainTextModel(oneMerchant)).toBeNull();
    const noText = [1, 2].map((categoryId) => ({
      merchantName: '',
      description: null,
      categoryId,
    }));
    expect(await trainTextModel(noText)).toBeNull();
  });

  it('abstains if too few merchants show how often it is right', async () => {
    const trained = await trainTextModel(labelledRows(11, 2));
    expect(trained?.model.predict(newMerchant(1), null)).toBeNull();
    const some = await trainTextModel(labelledRows(40, 2));
    expect(some?.model.predict(newMerchant(1), null)?.confidence).toBeLessThan(0.95);
  });

  it('abstains about texts without a word', async () => {
    const model = (await trainTextModel(labelledRows(200, 2)))?.model;
    for (const text of [null, '', '12345', '🎉']) expect(model?.predict(text, null)).toBeNull();
  });

  it('reads other scripts', async () => {
    const random = seededRandom(3);
    const rows = Array.from({ length: 300 }, (_, place) => ({
      merchantName: `${letters(900_000 + Math.floor(random() * 1e6))} ${place % 2 ? 'кофейня' : '超市'}`,
      description: null,
      categoryId: place % 2,
    }));
    const model = (await trainTextModel(rows))?.model;
    expect(model?.predict('Новая КОФЕЙНЯ', null)?.categoryId).toBe(1);
    expect(model?.predict('超市 大', null)?.categoryId).toBe(0);
  });

  it('learns 300 categories, and takes less than 8 MB', async () => {
    const trained = await trainTextModel(labelledRows(900, 300));
    expect(trained?.model.parts.categoryIds).toHaveLength(300);
    expect(trained?.model.predict(newMerchant(217), null)?.categoryId).toBe(317);
    expect(trained?.model.parts.weights.weights.byteLength).toBeLessThan(8_000_000);
  });

  it('learns from hints, and is not measured on them', async () => {
    const rows = labelledRows(200, 2);
    const hints = [{ text: 'veterinar', categoryId: 900 }];
    const trained = await trainTextModel(rows, { hints });
    expect(trained?.model.predict('veterinary', null)?.categoryId).toBe(900);
    expect(trained?.heldOut).toHaveLength(200);
  });

  it('measures its confidence only on rows that are left to it', async () => {
    const rows = labelledRows(200, 2);
    const trained = await trainTextModel(rows, { isLeftToModel: () => false });
    expect(trained?.model.predict(newMerchant(1), null)).toBeNull();
  });

  it('lets other work run, reports its progress, and stops when it is told to', async () => {
    const controller = new AbortController();
    const progress: number[] = [];
    const rows = labelledRows(3_000, 20);
    const onProgress = (done: number) => {
      progress.push(done);
      if (done > 0.5) controller.abort(new Error('stopped'));
    };
    await expect(trainTextModel(rows, { onProgress, signal: controller.signal })).rejects.toThrow(
      'stopped',
    );
    expect(progress.length).toBeGreaterThan(3);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.at(-1)).toBeLessThan(0.9);
  });
});
