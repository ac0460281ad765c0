import { describe, expect, it } from '@jest/globals';
import { lowestConfidence } from './lowest-confidence.ts';
import type { Opinions } from './opinions.ts';

const ofMemory = (confidence: number): Opinions => ({
  memory: { categoryId: 1, confidence },
  patterns: null,
  model: null,
});
const ofModel = (confidence: number): Opinions => ({
  memory: null,
  patterns: null,
  model: { categoryId: 1, confidence },
});
const many = (count: number, opinions: Opinions) => Array.from({ length: count }, () => opinions);

describe('lowestConfidence', () => {
  it('lets certain decisions make up for others, up to three quarters of the errors', async () => {
    const opinions = [...many(90, ofMemory(1)), ...many(10, ofModel(0.6))];
    expect(await lowestConfidence(opinions, 0.945)).toBe(0.5);
    expect(await lowestConfidence(opinions, 0.95)).toBe(0.61);
  });

  it('never goes below 0.5', async () => {
    const opinions = [...many(900, ofMemory(1)), ...many(10, ofModel(0.49))];
    expect(await lowestConfidence(opinions, 0.6)).toBe(0.5);
  });

  it('is the target where nothing makes up for anything', async () => {
    expect(await lowestConfidence(many(10, ofModel(0.9)), 0.95)).toBe(0.95);
    expect(await lowestConfidence([], 0.98)).toBe(0.98);
  });
});
