import type { LabelledRow } from '../labelled-row.ts';
import { CalibrationCurve } from './calibration-curve.ts';
import { encodeExamples, encodingSteps, type Hint } from './example-table.ts';
import { answerHeldOut, type HeldOutExample, heldOutSteps } from './held-out-answers.ts';
import { quantize } from './quantized-weights.ts';
import { passCount, trainSoftmax } from './softmax-regression.ts';
import { TextModel } from './text-model.ts';
import { type TrainingControl, TrainingSteps } from './training-steps.ts';

/** One model is trained at a time, and a weight takes 4 bytes: 24 MB. */
const maxWeights = 6_000_000;
/** More buckets did not separate merchants better. */
export const maxBuckets = 131_072;

export interface TrainingOptions extends TrainingControl {
  /** Texts that the model learns from beside the rows, such as patterns. */
  hints?: readonly Hint[];
  /**
   * Returns whether the chain would hear the model about a row, given its place among the rows, if its merchant were
   * not labelled. By default it would hear it about all. The model learns from all rows, but its confidence is
   * measured on these alone, because what a good pattern decides is easier than the rest. Of rows that are the same, it
   * is asked about one that somebody looked at, if there is one.
   */
  isLeftToModel?: (row: number) => boolean;
}

export interface TrainedTextModel {
  model: TextModel;
  /** What models that did not know the merchant said about each distinct labelled text. */
  heldOut: readonly HeldOutExample[];
}

/**
 * Learns a model from labelled rows; the same rows give the same model. It lets other work of the process run at least
 * every 50 ms, and can be stopped.
 *
 * Returns null if the labels have fewer than two categories or two merchants, since there is nothing to distinguish or
 * to measure it on.
 */
export async function trainTextModel(
  rows: readonly LabelledRow[],
  { hints = [], isLeftToModel = () => true, ...control }: TrainingOptions = {},
): Promise<TrainedTextModel | null> {
  const length = rows.length + hints.length;
  const steps = new TrainingSteps(
    encodingSteps(length) + heldOutSteps(length) + length * passCount,
    control,
  );
  const labelled = new Set(rows.map((row) => row.categoryId));
  // Hints may have more categories, but show nothing about them.
  if (labelled.size < 2) return null;
  const categoryCount = new Set([...labelled, ...hints.map((hint) => hint.categoryId)]).size;
  const table = await encodeExamples(rows, hints, bucketCountFor(categoryCount), steps);
  if (table.merchantCount < 2 || table.count === 0) return null;
  const heldOut = await answerHeldOut(table, steps);
  const everyExample = Int32Array.from({ length: table.count }, (_, example) => example);
  const weights = quantize(await trainSoftmax(table, everyExample, steps));
  const curve = CalibrationCurve.fit(heldOut.filter(({ row }) => isLeftToModel(row)));
  return { model: new TextModel({ categoryIds: table.categoryIds, weights, curve }), heldOut };
}

/** Returns a power of two, so that a mask finds the bucket of a hash. */
function bucketCountFor(categoryCount: number): number {
  let count = maxBuckets;
  while (count * categoryCount > maxWeights) count /= 2;
  return count;
}
