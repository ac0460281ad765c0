import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { packTransitions } from './pack-transitions.ts';
import { TransitionMap } from './transition-map.ts';

const smallClassCount = 12;
const smallStateCount = 100;

test('gives every transition a cell of its own, above those for states without any', () => {
  const row = fc.uniqueArray(fc.integer({ min: 1, max: smallClassCount }), { maxLength: 5 });
  const rows = fc.array(row, { minLength: smallStateCount, maxLength: smallStateCount });
  fc.assert(
    fc.property(rows, (classesOfStates) => {
      const map = new TransitionMap(smallStateCount);
      classesOfStates.forEach((classes, state) => {
        for (const characterClass of classes) map.add(state, characterClass, 0);
      });
      const { bases, cellCount } = packTransitions(map, smallStateCount, smallClassCount);
      const cells = new Set<number>();
      classesOfStates.forEach((classes, state) => {
        const base = bases[state] as number;
        if (classes.length === 0 ? base !== 0 : base + smallClassCount >= cellCount) {
          throw new Error(`state ${state} has the base ${base}`);
        }
        for (const characterClass of classes) cells.add(base + characterClass);
      });
      expect(cells.size).toBe(map.count);
      expect(Math.min(...cells)).toBeGreaterThan(smallClassCount);
    }),
    { numRuns: 50 },
  );
});

test('wastes little: rows of one transition fill the gaps of the others', () => {
  const stateCount = 10_000;
  const map = new TransitionMap(stateCount);
  for (let state = 0; state < stateCount; state++) {
    map.add(state, 1 + (state % smallClassCount), 0);
    if (state % 4 === 0) map.add(state, 1 + ((state + 5) % smallClassCount), 0);
  }
  const { cellCount } = packTransitions(map, stateCount, smallClassCount);
  expect(cellCount).toBeLessThan(map.count + 4 * smallClassCount);
});

test.each([1, 2, 3, 4, 5, 6])(
  'packs rows of one transition without a gap (%i classes)',
  (classCount) => {
    const stateCount = 5000;
    const map = new TransitionMap(stateCount);
    for (let state = 0; state < stateCount; state++) map.add(state, 1 + (state % classCount), 0);
    const { bases } = packTransitions(map, stateCount, classCount);
    const cells = bases.map((base, state) => base + 1 + (state % classCount));
    expect(cells.toSorted()).toEqual(cells.map((_, i) => classCount + 1 + i));
  },
);
