import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '../helpers/wait-for.ts';
import { type BothSides, runBoth, type Sides, startBothSides } from './both-sides.ts';
import type { Case } from './case.ts';
import { check, comparable, countsOf } from './check.ts';
import { mainLimits, strictLimits } from './configurations.ts';
import { corpus } from './corpus/index.ts';
import { strictCases } from './corpus/strict.ts';
import { readDifferences } from './differences.ts';
import { expectSame } from './expect-same.ts';
import { generateCases } from './generate.ts';
import type { Outcome } from './side.ts';

const cases = Object.values(corpus).flat();
const generatedCount = 1_500;
/** Another one each day finds more, and the title of the test says which it was. */
const seed = Number(new Date().toISOString().slice(0, 10).replaceAll('-', ''));

const neverSent: Sides<undefined> = { api: undefined, gateway: undefined };

let sides: BothSides;
let outcomes: Map<Case, Sides<Outcome>[]>;
let generated: Map<Case, Sides<Outcome>[]>;

beforeAll(async () => {
  sides = await startBothSides();
  const main = await sides.start(mainLimits);
  outcomes = new Map([
    ...(await runBoth(main, cases)),
    ...(await runBoth(await sides.start(strictLimits), strictCases)),
  ]);
  generated = await runBoth(main, generateCases(generatedCount, seed));
}, 300_000);
afterAll(() => sides?.stop());

describe.each([...Object.entries(corpus), ['limits by the minute', strictCases] as const])(
  '%s',
  (_, part) => {
    it.each(part.map((each) => [each.name, each] as const))('%s', (_, each) => {
      for (const [step, { expected, gateway: exception }] of each.steps.entries()) {
        const { api, gateway } = outcomes.get(each)?.[step] ?? neverSent;
        check(api, expected);
        if (exception === undefined) expect(comparable(gateway)).toEqual(comparable(api));
        else {
          check(gateway, exception.expected);
          // One that is no difference any more must go from the table.
          expect(comparable(gateway)).not.toEqual(comparable(api));
        }
      }
    });
  },
);

it(`${generatedCount} requests generated from ${seed} have the same outcome on both sides`, () => {
  expectSame(generated);
});

describe('the differences that the contract names', () => {
  it('are those of the cases, and that of the counts', () => {
    const named = [...outcomes.keys()].flatMap(({ steps }) =>
      steps.flatMap(({ gateway }) => gateway?.difference ?? []),
    );
    expect([...new Set(['counts', ...named])].sort()).toEqual(readDifferences().sort());
  });

  it('counts: the gateway tells of the rows alone', () => {
    const accepted = [...outcomes.values(), ...generated.values()]
      .flat()
      .filter(({ api, gateway }) => api.answer.status === 202 && gateway.answer.status === 202)
      .filter(({ api }) => api.answer.headers['idempotency-replayed'] === undefined);
    // Otherwise the generated ones would have compared refusals alone.
    expect(accepted.length).toBeGreaterThan(700);
    for (const { api, gateway } of accepted) {
      const { transaction_count, duplicate_count } = countsOf(api);
      expect(countsOf(gateway)).toEqual({
        transaction_count: Number(transaction_count) + Number(duplicate_count),
        duplicate_count: null,
        conflict_count: null,
      });
    }
  });

  it('mismatches: each is a failed batch with its reason', async () => {
    const { length } = cases.flatMap(({ steps }) =>
      steps.filter(({ gateway }) => gateway?.difference === 'mismatches'),
    );
    await waitFor(async () => {
      const failed = await sides
        .database('batches')
        .join('dead_letters', 'batch_id', 'batches.id')
        .where({ status: 'failed', reason: 'idempotency_mismatch' });
      return failed.length === length;
    });
  });
});
