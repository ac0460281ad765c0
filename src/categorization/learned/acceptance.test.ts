import { describe, expect, it } from '@jest/globals';
import { decideByChain } from '../chain/decide-by-chain.ts';
import { categorizerNames, evaluatedChain, type Opinions } from '../chain/opinions.ts';
import { seededRandom } from '../random-order.ts';
import { Acceptance } from './acceptance.ts';

const none: Opinions = { memory: null, patterns: null, model: null };
const ofMemory = (confidence: number): Opinions => ({
  ...none,
  memory: { categoryId: 1, confidence },
});
const ofModel = (confidence: number): Opinions => ({
  ...none,
  model: { categoryId: 1, confidence },
});
const many = (count: number, opinions: Opinions) => Array.from({ length: count }, () => opinions);

async function minConfidence(opinions: Opinions[], target: number, names = [...categorizerNames]) {
  return (await Acceptance.measure(opinions)).minConfidence(names, target);
}

/** Decides about each row, for one minimum. */
function expectedPrecision(opinions: Opinions[], minConfidence: number): number | null {
  const chain = evaluatedChain({ minConfidence, targetPrecision: minConfidence });
  const sure = opinions
    .map((each) => decideByChain(chain, ({ name }) => each[name]))
    .filter((decision) => decision?.needsReview === false);
  if (sure.length === 0) return null;
  return sure.reduce((sum, decision) => sum + (decision?.opinion.confidence ?? 0), 0) / sure.length;
}

describe('Acceptance', () => {
  it('lets certain decisions make up for others, up to three quarters of the errors', async () => {
    const opinions = [...many(90, ofMemory(1)), ...many(10, ofModel(0.6))];
    expect(await minConfidence(opinions, 0.945)).toBe(0.5);
    expect(await minConfidence(opinions, 0.95)).toBe(0.61);
  });

  it('counts only the categorizers that take part', async () => {
    const opinions = [...many(90, ofMemory(1)), ...many(10, ofModel(0.6))];
    expect(await minConfidence(opinions, 0.95, ['model'])).toBe(0.95);
    expect(await minConfidence(opinions, 0.95, ['memory', 'patterns'])).toBe(0.5);
    expect(await minConfidence(opinions, 0.95, [])).toBe(0.95);
  });

  it('never goes below 0.5', async () => {
    const opinions = [...many(900, ofMemory(1)), ...many(10, ofModel(0.49))];
    expect(await minConfidence(opinions, 0.6)).toBe(0.5);
  });

  it('is the target where nothing makes up for anything', async () => {
    expect(await minConfidence(many(10, ofModel(0.9)), 0.95)).toBe(0.95);
    expect(await minConfidence([], 0.98)).toBe(0.98);
    expect(await minConfidence(many(10, ofModel(0.99)), 0.9999)).toBe(0.9999);
  });

  it('expects what the chain would decide, at every minimum and for every subset', async () => {
    const random = seededRandom(1);
    const opinion = () =>
      random() < 0.3
        ? null
        : { categoryId: random() < 0.6 ? 1 : 2, confidence: Math.round(random() * 400) / 400 };
    const opinions = Array.from({ length: 500 }, () => ({
      memory: opinion(),
      patterns: opinion(),
      model: opinion(),
    }));
    const { precisions } = await Acceptance.measure(opinions);
    for (let subset = 0; subset < 8; subset++) {
      const taking = opinions.map(({ memory, patterns, model }) => ({
        memory: subset & 1 ? memory : null,
        patterns: subset & 2 ? patterns : null,
        model: subset & 4 ? model : null,
      }));
      for (let percent = 50; percent < 100; percent++) {
        const expected = expectedPrecision(taking, percent / 100);
        const stored = precisions[subset * 50 + percent - 50] as number;
        if (expected === null) expect(stored).toBeNaN();
        else expect(stored).toBeCloseTo(expected, 10);
      }
    }
  });
});
