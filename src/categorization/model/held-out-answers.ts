import { seededRandom, shuffle } from '../random-order.ts';
import type { HeldOutAnswer } from './calibration-curve.ts';
import type { ExampleTable } from './example-table.ts';
import { indexOfHighest } from './softmax.ts';
import { passCount, trainSoftmax, writeProbabilities } from './softmax-regression.ts';
import type { TrainingSteps } from './training-steps.ts';

/** Each merchant is held out once. More folds take longer and differ little. */
const maxFolds = 5;
/** Answers between two looks at the clock. */
const answersPerStep = 64;

export interface HeldOutExample extends HeldOutAnswer {
  /** The place of one of the example's rows among the labelled ones. */
  row: number;
  /** The category that the model gave. */
  categoryId: number;
}

/** The steps of answerHeldOut for a number of rows and hints. */
export const heldOutSteps = (examples: number): number =>
  examples * passCount * (maxFolds - 1) + examples;

/**
 * Returns what models say about merchants that they were not trained on. For each fold of the merchants, one model is
 * trained on all others. Folds of single rows would flatter the model, which would know their merchants from others.
 */
export async function answerHeldOut(
  table: ExampleTable,
  steps: TrainingSteps,
): Promise<HeldOutExample[]> {
  const foldOfMerchant = drawFolds(table.merchantCount);
  const foldCount = Math.min(maxFolds, table.merchantCount);
  const answers: HeldOutExample[] = [];
  const examples = Int32Array.from({ length: table.count }, (_, example) => example);
  // A hint is in no fold: every model learns from it, and none is asked about it.
  const foldOf = (example: number) => foldOfMerchant[table.merchants[example] as number];
  for (let fold = 0; fold < foldCount; fold++) {
    const others = examples.filter((example) => foldOf(example) !== fold);
    if (others.length === 0) continue;
    const { weights, bias } = await trainSoftmax(table, others, steps);
    const probabilities = new Float32Array(bias.length);
    for (const example of examples) {
      if (foldOf(example) !== fold) continue;
      writeProbabilities(table, example, weights, bias, probabilities);
      const best = indexOfHighest(probabilities);
      answers.push({
        row: table.rows[example] as number,
        score: probabilities[best] as number,
        categoryId: table.categoryIds[best] as number,
        isRight: best === table.categories[example],
        weight: table.weights[example] as number,
        merchant: table.merchants[example] as number,
      });
      if (answers.length % answersPerStep === 0) await steps.complete(answersPerStep);
    }
  }
  return answers;
}

/** Returns the fold of each merchant, drawn at random. All folds have as many merchants, or one more. */
function drawFolds(merchantCount: number): Int32Array {
  const order = Int32Array.from({ length: merchantCount }, (_, merchant) => merchant);
  shuffle(order, seededRandom(merchantCount));
  const foldOfMerchant = new Int32Array(merchantCount);
  for (const [place, merchant] of order.entries()) foldOfMerchant[merchant] = place % maxFolds;
  return foldOfMerchant;
}
