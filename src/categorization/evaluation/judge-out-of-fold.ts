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

/** A labelled row. */
export interface JudgeableRow extends MatchedRow {
  /** Whether rows to come are not expected to be like it, so that it doesn't count when the confidence is chosen. */
  isOld?: boolean;
}

export interface JudgedOutOfFold {
  learned: LearnedVersion;
  /** The confidence at which the chain should reach the target. */
  minConfidence: number;
  judged: JudgedRow[];
}

/**
 * Learns from labelled rows, and lets the chain decide about each of them as if it had not learned from it.
 *
 * @param unlabelled rows without a label, which count when the confidence is chosen: they are harder where people label
 * the largest merchants first. Together with the labelled rows that are not old, they are to be what rows to come are
 * like: if labelled merchants had more rows among these than in traffic, their certain answers would make up for too
 * many others
 */
export async function judgeOutOfFold(
  rows: readonly JudgeableRow[],
  hints: readonly Hint[],
  targetPrecision: number,
  unlabelled: readonly MatchedTransaction[] = [],
  control: TrainingControl = {},
): Promise<JudgedOutOfFold> {
  const { heldOut, ...learned } = await learnFromRows(rows, hints, control);
  const opinions = await heldOutOpinions(rows, { ...learned, heldOut });
  const others = await collectOpinions(unlabelled, learned);
  const expected = opinions.filter((_, place) => rows[place]?.isOld !== true);
  const acceptance = await Acceptance.measure([...expected, ...others]);
  const minConfidence = acceptance.minConfidence(categorizerNames, targetPrecision);
  return {
    learned: { ...learned, acceptance },
    minConfidence,
    judged: await judgeRows(rows, opinions, { minConfidence, targetPrecision }),
  };
}
