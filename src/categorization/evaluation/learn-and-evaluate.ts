import type { CostlyMerchant, CoverageAndPrecision } from '../../domain/learned-evaluation.ts';
import type { MatchedTransaction } from '../chain/collect-opinions.ts';
import type { Hint } from '../model/example-table.ts';
import type { TrainingControl } from '../model/training-steps.ts';
import { costliestMerchants } from './costliest-merchants.ts';
import { type Evaluation, evaluateAnswers } from './evaluate-answers.ts';
import { growingParts } from './growing-parts.ts';
import { type JudgeableRow, type JudgedOutOfFold, judgeOutOfFold } from './judge-out-of-fold.ts';
import type { JudgedRow } from './judge-rows.ts';

/** Points of the learning curve below all rows. More would be of too few rows to show anything. */
const maxParts = 4;
/** As many as people look at. */
const maxCostlyMerchants = 20;

export interface LearningInput extends TrainingControl {
  rows: readonly JudgeableRow[];
  /** The patterns, which the model learns from too. */
  hints: readonly Hint[];
  /** As judgeOutOfFold takes them. */
  unlabelled: readonly MatchedTransaction[];
  targetPrecision: number;
  /** Called before learning from each part of the rows. */
  onPart?: (rowCount: number) => void;
}

export interface LearnedAndEvaluated extends JudgedOutOfFold {
  /** Of the rows that somebody looked at, as are the figures below. */
  evaluation: Evaluation;
  learningCurve: CoverageAndPrecision[];
  costliest: CostlyMerchant[];
}

/** Learns from labelled rows, and estimates out of fold how right that is: with ever more of the rows, and with all. */
export async function learnAndEvaluate({
  rows,
  hints,
  unlabelled,
  targetPrecision,
  onPart = () => {},
  onProgress = () => {},
  ...control
}: LearningInput): Promise<LearnedAndEvaluated> {
  const parts = growingParts(rows, maxParts);
  const total = parts.reduce((sum, part) => sum + part.length, rows.length);
  let done = 0;
  const judge = async (part: readonly JudgeableRow[]): Promise<JudgedOutOfFold> => {
    onPart(part.length);
    const judged = await judgeOutOfFold(part, hints, targetPrecision, unlabelled, {
      ...control,
      onProgress: (share) => onProgress((done + share * part.length) / total),
    });
    done += part.length;
    return judged;
  };
  const learningCurve: CoverageAndPrecision[] = [];
  const seen = (part: readonly JudgeableRow[], { judged }: JudgedOutOfFold): JudgedRow[] =>
    judged.filter((_, place) => part[place]?.isUnseen !== true);
  for (const part of parts)
    learningCurve.push(evaluateAnswers(seen(part, await judge(part))).overall);
  const all = await judge(rows);
  const shown = seen(rows, all);
  const evaluation = evaluateAnswers(shown);
  learningCurve.push(evaluation.overall);
  return {
    ...all,
    evaluation,
    learningCurve,
    costliest: costliestMerchants(shown, maxCostlyMerchants),
  };
}
