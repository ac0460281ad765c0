import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { type StartedSide, startApiSide } from './api-side.ts';
import { check } from './check.ts';
import { mainLimits, strictLimits } from './configurations.ts';
import { corpus } from './corpus/index.ts';
import { strictCases } from './corpus/strict.ts';
import { makeKeys } from './keys.ts';
import { type Outcome, run } from './side.ts';

const keys = makeKeys();
const cases = Object.values(corpus).flat();
let api: StartedSide;
let strictApi: StartedSide;
let outcomes: Outcome[][];
let strictOutcomes: Outcome[][];

beforeAll(async () => {
  [api, strictApi] = await Promise.all([
    startApiSide(keys, mainLimits),
    startApiSide(keys, strictLimits),
  ]);
  outcomes = await run(api, cases);
  strictOutcomes = await run(strictApi, strictCases);
});
afterAll(() => Promise.all([api?.stop(), strictApi?.stop()]));

describe.each(Object.entries(corpus))('%s', (_, part) => {
  it.each(part.map((each) => [each.name, each] as const))('%s', (_, each) => {
    for (const [index, { expected }] of each.steps.entries())
      check(outcomes[cases.indexOf(each)]?.[index] as Outcome, expected);
  });
});

describe('limits by the minute', () => {
  it.each(strictCases.map((each, index) => [each.name, each, index] as const))(
    '%s',
    (_, each, index) => {
      for (const [step, { expected }] of each.steps.entries())
        check(strictOutcomes[index]?.[step] as Outcome, expected);
    },
  );
});
