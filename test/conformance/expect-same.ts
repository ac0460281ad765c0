import { isUtf8 } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import { expect } from '@jest/globals';
import type { Sides } from './both-sides.ts';
import type { Case } from './case.ts';
import { comparable } from './check.ts';
import type { Outcome } from './side.ts';

/** Fails with the first of the cases whose outcome differs, and the number of all. */
export function expectSame(outcomes: ReadonlyMap<Case, Sides<Outcome>[]>): void {
  const differing = [...outcomes].filter(
    ([{ steps }, [sides]]) =>
      !isDeepStrictEqual(comparable(sides?.api), comparable(sides?.gateway)) &&
      !(isBadTwice(steps[0]?.request.body) && [sides?.api, sides?.gateway].every(isUnreadable)),
  );
  const [first] = differing;
  if (first === undefined) return;
  const [{ name, steps }, [sides]] = first;
  const shown = (outcome: Outcome | undefined) => ({
    differing: differing.length,
    name,
    body: String(steps[0]?.request.body),
    outcome: comparable(outcome),
  });
  expect(shown(sides?.gateway)).toEqual(shown(sides?.api));
}

/** A body that is neither UTF-8 nor JSON: which of the two is told depends on the pieces in which it arrives. */
const isBadTwice = (body: string | Buffer | undefined): boolean =>
  Buffer.isBuffer(body) && !isUtf8(body);

const isUnreadable = (outcome: Outcome | undefined): boolean =>
  /"code":"(malformed_json|invalid_encoding)"/.test(outcome?.answer.text ?? '');
