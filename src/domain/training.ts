import type { LearnedEvaluation } from './learned-evaluation.ts';

export const trainingStatuses = ['running', 'completed', 'failed'] as const;
export type TrainingStatus = (typeof trainingStatuses)[number];

/** What came of a completed training. */
export const trainingOutcomes = ['live', 'worse', 'no_labels'] as const;
export type TrainingOutcome = (typeof trainingOutcomes)[number];

/** More would take a training more memory than it may have. */
export const maxLabelledRows = 200_000;
/** More of one merchant and category say no more, and would leave no room for others. The newest count. */
export const maxRowsOfMerchant = 1_000;
/** Bounds the time that reading takes. Labels that are older than as many others don't count. */
export const maxLabelsRead = 5_000_000;

/** Labels given or taken back that are worth a training at once. Fewer wait for a day to pass. */
export const manyLabels = 50;

/** What one training made of the labels. */
export interface TrainedVersion {
  /** The labels that were there at this moment are in it. */
  trainedAt: Date;
  labelledRowCount: number;
  merchantCount: number;
  evaluation: LearnedEvaluation;
  /** What encodeLearned() returns. */
  data: Buffer;
  /** What encodeAnswers() returns. */
  answers: Buffer;
  /** The version that was live; null if there was none. */
  comparedWith: number | null;
  /** Whether it is worse than that one. */
  isWorse: boolean;
}
