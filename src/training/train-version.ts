import {
  collectOpinions,
  type MatchedTransaction,
} from '../categorization/chain/collect-opinions.ts';
import { categorizerNames } from '../categorization/chain/opinions.ts';
import { evaluateAnswers } from '../categorization/evaluation/evaluate-answers.ts';
import { isWorse, type RowAnswer } from '../categorization/evaluation/is-worse.ts';
import { type JudgedRow, judgeRows } from '../categorization/evaluation/judge-rows.ts';
import { learnAndEvaluate } from '../categorization/evaluation/learn-and-evaluate.ts';
import { decodeLearned, UnreadableLearnedError } from '../categorization/learned/decode-learned.ts';
import {
  type AnswersById,
  decodeAnswers,
  encodeAnswers,
} from '../categorization/learned/encode-answers.ts';
import { encodeLearned } from '../categorization/learned/encode-learned.ts';
import { merchantKey } from '../categorization/merchant-key.ts';
import type { Hint } from '../categorization/model/example-table.ts';
import type { TrainingControl } from '../categorization/model/training-steps.ts';
import type { MatchedRow } from '../categorization/patterns/pattern-evidence.ts';
import type { LiveVersion } from '../db/learning/live-version.ts';
import { defaultTargetPrecision } from '../domain/categorizer-setting.ts';
import type { LearnedEvaluation } from '../domain/learned-evaluation.ts';
import type { TrainedVersion } from '../domain/training.ts';

/** A labelled row, with the pattern that wins for it. */
export interface TrainingRow extends MatchedRow {
  id: number;
  /** Whether the version that is live learned without it. */
  isLater: boolean;
}

/** What a training learns from. */
export interface TrainingInput {
  /** When the rows were read. */
  trainedAt: Date;
  /** By ascending id. */
  rows: readonly TrainingRow[];
  unlabelled: readonly MatchedTransaction[];
  hints: readonly Hint[];
  /** The version that is live; null without one. */
  live: LiveVersion | null;
}

/** Learns a version, evaluates it, and compares it with the one that is live. The same input gives the same bytes. */
export async function trainVersion(
  { trainedAt, rows, unlabelled, hints, live }: TrainingInput,
  control: TrainingControl = {},
): Promise<TrainedVersion> {
  const targetPrecision = defaultTargetPrecision;
  const { learned, judged, evaluation, learningCurve, costliest } = await learnAndEvaluate({
    ...control,
    rows,
    hints,
    unlabelled,
    targetPrecision,
  });
  const answers: AnswersById = new Map(
    rows.map((row, place) => [row.id, answerOf(judged[place] as JudgedRow)]),
  );
  return {
    trainedAt,
    labelledRowCount: rows.length,
    merchantCount: new Set(judged.map(({ merchant }) => merchant)).size,
    evaluation: {
      targetPrecision,
      overall: evaluation.overall,
      categorizers: Array.from(evaluation.byCategorizer, ([name, figures]) => ({
        name,
        ...figures,
      })),
      categories: Array.from(evaluation.byCategory, ([categoryId, figures]) => ({
        categoryId,
        ...figures,
      })),
      learningCurve,
      costliestMerchants: costliest,
      later: live && (await evaluateLater(live, rows)),
    },
    data: encodeLearned(learned),
    answers: encodeAnswers(answers),
    comparedWith: live?.id ?? null,
    isWorse: live !== null && isWorseThan(live, answers, rows, evaluation.overall),
  };
}

function answerOf({ answer, categoryId }: JudgedRow): RowAnswer {
  if (answer === null) return 'none';
  return answer.categoryId === categoryId ? 'right' : 'wrong';
}

function isWorseThan(
  live: LiveVersion,
  answers: AnswersById,
  rows: readonly TrainingRow[],
  after: LearnedEvaluation['overall'],
): boolean {
  const before = decodeAnswers(live.answers);
  const compared = rows.flatMap((row) => {
    const answer = before.get(row.id);
    return answer === undefined
      ? []
      : [{ merchant: merchantKey(row), before: answer, after: answers.get(row.id) as RowAnswer }];
  });
  const { overall, targetPrecision } = live.evaluation;
  return isWorse({ rows: compared, before: overall, after, targetPrecision });
}

/** Lets the version that is live answer the labels that came after it. */
async function evaluateLater(
  live: LiveVersion,
  rows: readonly TrainingRow[],
): Promise<LearnedEvaluation['later']> {
  const later = rows.filter(({ isLater }) => isLater);
  const learned = await decodeLearned(live.data).catch((error: unknown) => {
    // Another release wrote it. The new version makes up for that.
    if (error instanceof UnreadableLearnedError) return null;
    throw error;
  });
  if (learned === null) return null;
  const { acceptance } = learned;
  const { targetPrecision } = live.evaluation;
  const minConfidence = acceptance.minConfidence(categorizerNames, targetPrecision);
  const threshold = { minConfidence, targetPrecision };
  const judged = await judgeRows(later, await collectOpinions(later, learned), threshold);
  return { version: live.id, ...evaluateAnswers(judged).overall };
}
