import { collectOpinions, type MatchedTransaction } from '../chain/collect-opinions.ts';
import { learnFromRows } from '../chain/learn-from-rows.ts';
import { categorizerNames } from '../chain/opinions.ts';
import { Acceptance } from '../learned/acceptance.ts';
import type { LearnedVersion } from '../learned/learned-version.ts';
import type { Hint } from '../model/example-table.ts';
import type { TrainingControl } from '../model/training-steps.ts';
import type { MatchedRow } from '../patterns/pattern-evidence.ts';
import { heldOutOpinions } from './held-out-opinions.ts';
import { type JudgedRow, judgeRows } from './judge-rows.ts';

export interface JudgedOutOfFold {
  learned: LearnedVersion;
  /** The confidence at which the chain should reach the target. */
  minConfidence: number;
  judged: JudgedRow[];
}

/**
 * Learns from labelled rows, and lets the chain decide about each of them as if it had not learned from it.
 *
 * @param unlabelled rows of the same kind without a label, which count when the confidence is chosen: they are harder
 * where people label the largest merchants first
 */
export async function judgeOutOfFold(
  rows: readonly MatchedRow[],
  hints: readonly Hint[],
  targetPrecision: number,
  unlabelled: readonly MatchedTransaction[] = [],
  control: TrainingControl = {},
): Promise<JudgedOutOfFold> {
  const { heldOut, ...learned } = await learnFromRows(rows, hints, control);
  const opinions = await heldOutOpinions(rows, { ...learned, heldOut });
  const others = await collectOpinions(unlabelled, learned);
  const acceptance = await Acceptance.measure([...opinions, ...others]);
  const minConfidence = acceptance.minConfidence(categorizerNames, targetPrecision);
  return {
    learned: { ...learned, acceptance },
    minConfidence,
    judged: await judgeRows(rows, opinions, { minConfidence, targetPrecision }),
  };
}
