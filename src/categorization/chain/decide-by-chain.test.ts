import { describe, expect, it } from '@jest/globals';
import { decideByChain } from './decide-by-chain.ts';
import { evaluatedChain, type Opinions } from './opinions.ts';

const threshold = { minConfidence: 0.9, targetPrecision: 0.95 };
const sure = (categoryId: number) => ({ categoryId, confidence: 0.9 });
const unsure = (categoryId: number) => ({ categoryId, confidence: 0.89 });
const decide = (opinions: Partial<Opinions>, chain = evaluatedChain(threshold)) => {
  const decision = decideByChain(chain, ({ name }) => opinions[name] ?? null);
  return (
    decision && { ...decision.opinion, by: decision.by.name, needsReview: decision.needsReview }
  );
};

describe('decideByChain', () => {
  it('decides nothing without an opinion', () => {
    expect(decide({})).toBeNull();
  });

  it('hears memory, then patterns, then the model', () => {
    expect(decide({ memory: sure(1), patterns: sure(2), model: sure(3) })).toEqual({
      ...sure(1),
      by: 'memory',
      needsReview: false,
    });
    expect(decide({ patterns: sure(2), model: sure(3) })?.by).toBe('patterns');
    expect(decide({ model: sure(3) })?.by).toBe('model');
  });

  it('lets a pattern below the minimum give way to a model that reaches it', () => {
    expect(decide({ patterns: unsure(2), model: sure(3) })).toMatchObject({
      by: 'model',
      categoryId: 3,
      needsReview: false,
    });
  });

  it('takes a pattern below the minimum, for review, if the model is below it too', () => {
    expect(decide({ patterns: unsure(2), model: unsure(3) })).toMatchObject({
      by: 'patterns',
      categoryId: 2,
      needsReview: true,
    });
  });

  it('abstains if there is only a model below the minimum', () => {
    expect(decide({ model: unsure(3) })).toBeNull();
  });

  it('never lets a pattern or the model overrule memory', () => {
    expect(decide({ memory: unsure(1), patterns: sure(2), model: sure(2) })).toMatchObject({
      by: 'memory',
      categoryId: 1,
      needsReview: true,
    });
  });

  it('asks each categorizer for a minimum of its own', () => {
    const chain = evaluatedChain(threshold).map((member) =>
      member.name === 'patterns' ? { ...member, minConfidence: 0.8 } : member,
    );
    expect(decide({ patterns: unsure(2), model: sure(3) }, chain)).toMatchObject({
      by: 'patterns',
      needsReview: false,
    });
  });

  it('asks an opinion that stands alone to reach the target by itself', () => {
    const alone = (confidence: number) => ({ categoryId: 2, confidence, standsAlone: true });
    expect(decide({ patterns: alone(0.94) })?.needsReview).toBe(true);
    expect(decide({ patterns: alone(0.94), model: sure(3) })?.by).toBe('model');
    expect(decide({ patterns: alone(0.95), model: sure(3) })).toMatchObject({
      by: 'patterns',
      needsReview: false,
    });
  });

  it('needs no review if one that reaches the minimum agrees with memory', () => {
    expect(decide({ memory: unsure(1), model: sure(1) })).toMatchObject({
      by: 'model',
      categoryId: 1,
      needsReview: false,
    });
  });
});
