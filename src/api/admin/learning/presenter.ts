import type { LearnedVersionRow } from '../../../db/learning/list-learned-versions.ts';
import type { Training } from '../../../db/models/training.ts';
import type {
  CoverageAndPrecision,
  LearnedEvaluation,
} from '../../../domain/learned-evaluation.ts';
import type {
  FiguresBody,
  LearnedVersionBody,
  TrainingBody,
  TrainingEvaluationBody,
} from './schema.ts';

/** The names of categories by their ids. */
export type CategoryNames = ReadonlyMap<number, string>;

export const presentFigures = (figures: CoverageAndPrecision): FiguresBody => ({
  row_count: figures.rowCount,
  answered_count: figures.answeredCount,
  coverage: figures.coverage,
  answer_count: figures.answerCount,
  right_count: figures.rightCount,
  precision: figures.precision,
  precision_interval: figures.precisionInterval,
});

/** @param evaluation null if nothing was learned */
export function presentEvaluation(
  evaluation: LearnedEvaluation | null,
  names: CategoryNames,
): TrainingEvaluationBody {
  const nameOf = (id: number | null) => (id === null ? null : (names.get(id) ?? null));
  const { later } = evaluation ?? { later: null };
  return {
    target_precision: evaluation?.targetPrecision ?? null,
    overall: evaluation && presentFigures(evaluation.overall),
    categorizers: (evaluation?.categorizers ?? []).map((each) => ({
      name: each.name,
      ...presentFigures(each),
    })),
    categories: (evaluation?.categories ?? []).map((each) => ({
      category_id: each.categoryId,
      category: nameOf(each.categoryId),
      ...presentFigures(each),
    })),
    learning_curve: (evaluation?.learningCurve ?? []).map(presentFigures),
    costliest_merchants: (evaluation?.costliestMerchants ?? []).map((each) => ({
      merchant: each.merchant,
      row_count: each.rowCount,
      wrong_count: each.wrongCount,
      unanswered_count: each.unansweredCount,
      category_id: each.categoryId,
      category: nameOf(each.categoryId),
      wrong_category_id: each.wrongCategoryId,
      wrong_category: nameOf(each.wrongCategoryId),
    })),
    later: later && { version: later.version, ...presentFigures(later) },
  };
}

export const presentTraining = (
  training: Training,
  evaluation: TrainingEvaluationBody | null = null,
): TrainingBody => ({
  id: training.id,
  status: training.status,
  created_at: training.createdAt.toISOString(),
  started_at: training.startedAt?.toISOString() ?? null,
  finished_at: training.finishedAt?.toISOString() ?? null,
  requested_by: training.requestedBy,
  labelled_row_count: training.labelledRowCount,
  merchant_count: training.merchantCount,
  version: training.learnedVersionId,
  outcome: training.outcome,
  failure_reason: training.failureReason,
  evaluation,
});

export const presentVersion = (version: LearnedVersionRow): LearnedVersionBody => ({
  id: version.id,
  trained_at: version.trainedAt.toISOString(),
  labelled_row_count: version.labelledRowCount,
  merchant_count: version.merchantCount,
  is_live: version.isLive,
  coverage: version.overall.coverage,
  precision: version.overall.precision,
  precision_interval: version.overall.precisionInterval,
});
