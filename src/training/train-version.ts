import {
  collectOpinions,
  type MatchedTransaction,
} from '../categorization/chain/collect-opinions.ts';
import { categorizerNames, type Opinion, type Opinions } from '../categorization/chain/opinions.ts';
import { evaluateAnswers } from '../categorization/evaluation/evaluate-answers.ts';
import { isWorse, type RowAnswer } from '../categorization/evaluation/is-worse.ts';
import { type JudgedRow, judgeRows } from '../categorization/evaluation/judge-rows.ts';
import { learnAndEvaluate } from '../categorization/evaluation/learn-and-evaluate.ts';
import type { KnownCategories } from '../categorization/known-categories.ts';
import { decodeLearned, UnreadableLearnedError } from '../categorization/learned/decode-learned.ts';
import {
  type AnswersById,
  decodeAnswers,
  encodeAnswers,
} from '../categorization/learned/encode-answers.ts';
import { encodeLearned } from '../categorization/learned/encode-learned.ts';
import type { LearnedVersion } from '../categorization/learned/learned-version.ts';
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
  /** The categories that exist. */
  categories: KnownCategories;
}

interface ReadableVersion extends LiveVersion {
  learned: LearnedVersion;
}

/** Learns a version, evaluates it, and compares it with the one that is live. The same input gives the same bytes. */
export async function trainVersion(
  { trainedAt, rows, unlabelled, hints, live, categories }: TrainingInput,
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
  const before = live && (await readVersion(live));
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
      later: before && (await evaluateLater(before, rows, categories)),
    },
    data: encodeLearned(learned),
    answers: encodeAnswers(answers),
    comparedWith: live?.id ?? null,
    isWorse: before !== null && isWorseThan(before, answers, rows, evaluation.overall),
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

/** Returns null if another release wrote it: no batch can use such a version, so that any new one is better. */
async function readVersion(live: LiveVersion): Promise<ReadableVersion | null> {
  try {
    return { ...live, learned: await decodeLearned(live.data) };
  } catch (error) {
    if (error instanceof UnreadableLearnedError) return null;
    throw error;
  }
}

/** Lets the version that is live answer the labels that came after it. */
async function evaluateLater(
  { id, learned, evaluation }: ReadableVersion,
  rows: readonly TrainingRow[],
  categories: KnownCategories,
): Promise<LearnedEvaluation['later']> {
  const later = rows.filter(({ isLater }) => isLater);
  const { targetPrecision } = evaluation;
  const minConfidence = learned.acceptance.minConfidence(categorizerNames, targetPrecision);
  const opinions = (await collectOpinions(later, learned)).map(
    (said): Opinions => ({
      memory: withCurrentCategory(said.memory, categories),
      patterns: withCurrentCategory(said.patterns, categories),
      model: withCurrentCategory(said.model, categories),
    }),
  );
  const judged = await judgeRows(later, opinions, { minConfidence, targetPrecision });
  return { version: id, ...evaluateAnswers(judged).overall };
}

/** Categories may have been merged or deleted since the version learned them. */
function withCurrentCategory(opinion: Opinion | null, categories: KnownCategories): Opinion | null {
  const categoryId = opinion && categories.currentId(opinion.categoryId);
  return opinion && categoryId !== null ? { ...opinion, categoryId } : null;
}
