import { beforeAll, describe, expect, it } from '@jest/globals';
import { explainPrediction } from './explain-prediction.ts';
import type { TextModel } from './text-model.ts';
import { trainTextModel } from './train-text-model.ts';

const [food, fuel] = [1, 2];
const shops = ['Alpha', 'Bravo', 'Corso', 'Delta', 'Elmo', 'Fargo', 'Gusto', 'Hilda'];
const towns = ['Kiel', 'Lyon', 'Mainz', 'Nice', 'Oslo', 'Porto', 'Riga', 'Siena'];
const goods = 'bread cheese wine fruit honey fish';
let model: TextModel;

beforeAll(async () => {
  const rows = shops.flatMap((shop) =>
    towns.flatMap((town) => [
      { merchantName: `${shop} ${town} Bakery`, description: goods, categoryId: food },
      { merchantName: `${shop} ${town} Petrol`, description: null, categoryId: fuel },
    ]),
  );
  model = (await trainTextModel(rows))?.model as TextModel;
});

const words = (merchantName: string | null, description: string | null = null) =>
  explainPrediction(model, merchantName, description);

describe('explainPrediction', () => {
  it('names the words that weighed most, the heaviest first', () => {
    const [first, ...others] = words('Zeta BAKERY of Riga');
    expect(first?.text).toBe('bakery');
    for (const { weight } of others) expect(weight).toBeLessThan((first?.weight as number) / 3);
    expect(words('Zeta petrol')[0]?.text).toBe('petrol');
  });

  it('recognizes a part of a word, and names the whole word', () => {
    expect(words('Zeta Minibakery')[0]?.text).toBe('minibakery');
  });

  it('names at most five words, all of which speak for the category', () => {
    const all = words('Zeta', `${goods} of Riga`);
    expect(all).toHaveLength(5);
    expect(all.every(({ text, weight }) => goods.includes(text) && weight > 0)).toBe(true);
  });

  it('has no words where the model says nothing', () => {
    expect(words(null)).toEqual([]);
    expect(words('1234')).toEqual([]);
  });
});
