import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type BothSides, runBoth, type Sides, startBothSides } from './both-sides.ts';
import { mainLimits } from './configurations.ts';
import { expectSame } from './expect-same.ts';
import { generateCases } from './generate.ts';
import type { Side } from './side.ts';

const count = 5_000;

let sides: BothSides;
let main: Sides<Side>;
beforeAll(async () => {
  sides = await startBothSides();
  main = await sides.start(mainLimits);
}, 120_000);
afterAll(() => sides?.stop());

it.each([1, 2])(
  `${count} requests generated from %i have the same outcome on both sides`,
  async (seed) => {
    const outcomes = await runBoth(main, generateCases(count, seed));
    expectSame(outcomes);
    const accepted = [...outcomes.values()].filter(([first]) => first?.api.answer.status === 202);
    expect(accepted.length).toBeGreaterThan(count / 5);
  },
);
