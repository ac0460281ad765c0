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
  labelledAt: Date;
  /** Whether it is none of the newest rows, which show what rows to come are like. */
  isOld: boolean;
  /** Whether nobody need have looked at it. */
  isUnseen: boolean;
}

/** What a training learns from. */
export interface TrainingInput {
  /** When the rows were read. */
  trainedAt: Date;
  /** By ascending id. */
  rows: readonly TrainingRow[];
  /** The newest rows, without those that are labelled. */
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

/**
 * The answers of the live version were right by the labels of its time. Rows that somebody labelled anew since would
 * count against the new version, so they don't count, unless they are most rows: whatever changes most labels at once
 * is more probably a mistake. Nor do rows count that nobody need have looked at, whose labels show nothing.
 */
function isWorseThan(
  live: LiveVersion,
  answers: AnswersById,
  rows: readonly TrainingRow[],
  after: LearnedEvaluation['overall'],
): boolean {
  const before = decodeAnswers(live.answers);
  const common = rows.filter(({ id, isUnseen }) => before.has(id) && !isUnseen);
  const unchanged = common.filter(({ labelledAt }) => labelledAt <= live.trainedAt);
  const compared = (2 * unchanged.length < common.length ? common : unchanged).map((row) => ({
    merchant: merchantKey(row),
    before: before.get(row.id) as RowAnswer,
    after: answers.get(row.id) as RowAnswer,
  }));
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
  { id, learned, evaluation, answers, trainedAt }: ReadableVersion,
  rows: readonly TrainingRow[],
  categories: KnownCategories,
): Promise<LearnedEvaluation['later']> {
  // Whoever chooses the same category again labels a row anew that the version has learned.
  const learnedFrom = decodeAnswers(answers);
  const later = rows.filter(
    (row) => row.labelledAt > trainedAt && !row.isUnseen && !learnedFrom.has(row.id),
  );
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
