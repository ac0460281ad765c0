import { seededRandom, shuffle } from '../random-order.ts';
import type { ExampleTable } from './example-table.ts';
import { softmax } from './softmax.ts';
import type { TrainingSteps } from './training-steps.ts';

/** Passes over the examples. Twice as many changed nothing on merchants held out. */
export const passCount = 5;
/** Step lengths of the first and the last pass. */
const firstRate = 1;
const lastRate = 0.2;
/** The bias learns more slowly, because the first examples of a pass would otherwise pull it to and fro. */
const biasRate = 0.3;
/** A probability that is off by less than this moves no weight, which saves most of the time with 300 categories. */
const smallestError = 0.005;
/** Strength of the L2 penalty on a weight. A tenth and ten times as much gave fewer right answers on merchants held out. */
const l2Strength = 5e-6;

/** Taken once: under Jest, each access to a global costs more than the rest of a step. */
const { abs, max, sqrt } = Math;

/** The weights of a multinomial logistic regression. Those of a bucket, one for each category, are side by side. */
export interface SoftmaxWeights {
  weights: Float32Array;
  bias: Float32Array;
}

/**
 * Learns from some examples by stochastic gradient descent. The step length of each bucket shrinks with the gradients
 * that it has met (AdaGrad). One sum of gradients for a bucket takes a third of the time that one for each weight
 * does, and is as good.
 *
 * @param chosen the places of the examples to learn from
 */
export async function trainSoftmax(
  table: ExampleTable,
  chosen: Int32Array,
  steps: TrainingSteps,
): Promise<SoftmaxWeights> {
  const categoryCount = table.categoryIds.length;
  const weights = new Float32Array(table.bucketCount * categoryCount);
  const bias = new Float32Array(categoryCount);
  const gradientSums = new Float32Array(table.bucketCount);
  let biasGradientSum = 0;
  const penalties = bucketPenalties(table, chosen);
  const scale = chosen.length / sumOf(chosen, table.weights);
  const order = Int32Array.from(chosen);
  const random = seededRandom(chosen.length);
  const errors = new Float32Array(categoryCount);
  /** The categories whose weights the present example moves, and behind them old ones. */
  const moved = new Int32Array(categoryCount);
  // At most some 10 ms, whatever the number of categories.
  const examplesPerStep = max(1, Math.floor(6_000 / categoryCount));
  for (let pass = 0; pass < passCount; pass++) {
    shuffle(order, random);
    const rate = firstRate + ((lastRate - firstRate) * pass) / (passCount - 1);
    for (let place = 0; place < order.length; place++) {
      if (place % examplesPerStep === 0) await steps.complete(examplesPerStep);
      const example = order[place] as number;
      writeProbabilities(table, example, weights, bias, errors);
      const category = table.categories[example] as number;
      errors[category] = (errors[category] as number) - 1;
      descend(table, example, scale * (table.weights[example] as number), rate);
    }
  }
  return { weights, bias };

  function descend(
    { starts, merchantEnds, merchantValues, descriptionValues, buckets }: ExampleTable,
    example: number,
    weight: number,
    rate: number,
  ): void {
    let squared = 0;
    let count = 0;
    for (let category = 0; category < categoryCount; category++) {
      if (abs(errors[category] as number) < smallestError) continue;
      const error = (errors[category] as number) * weight;
      errors[category] = error;
      squared += error * error;
      moved[count++] = category;
    }
    biasGradientSum += squared;
    const biasStep = (rate * biasRate) / sqrt(biasGradientSum + 1e-6);
    for (let place = 0; place < count; place++) {
      const category = moved[place] as number;
      bias[category] = (bias[category] as number) - biasStep * (errors[category] as number);
    }
    const merchantEnd = merchantEnds[example] as number;
    const end = starts[example + 1] as number;
    for (let at = starts[example] as number; at < end; at++) {
      const value = (
        at < merchantEnd ? merchantValues[example] : descriptionValues[example]
      ) as number;
      const bucket = buckets[at] as number;
      const gradientSum = (gradientSums[bucket] as number) + squared * value * value;
      gradientSums[bucket] = gradientSum;
      const step = rate / sqrt(gradientSum + 1e-8);
      const kept = max(0, 1 - step * (penalties[bucket] as number));
      const from = bucket * categoryCount;
      for (let place = 0; place < count; place++) {
        const category = moved[place] as number;
        const error = errors[category] as number;
        weights[from + category] =
          (weights[from + category] as number) * kept - step * value * error;
      }
    }
  }
}

/** Writes the probability of each category of an example into an array. */
export function writeProbabilities(
  { starts, merchantEnds, merchantValues, descriptionValues, buckets }: ExampleTable,
  example: number,
  weights: Float32Array,
  bias: Float32Array,
  into: Float32Array,
): void {
  const categoryCount = bias.length;
  into.set(bias);
  const merchantEnd = merchantEnds[example] as number;
  const end = starts[example + 1] as number;
  for (let at = starts[example] as number; at < end; at++) {
    const value = (
      at < merchantEnd ? merchantValues[example] : descriptionValues[example]
    ) as number;
    const from = (buckets[at] as number) * categoryCount;
    for (let category = 0; category < categoryCount; category++)
      into[category] = (into[category] as number) + value * (weights[from + category] as number);
  }
  softmax(into);
}

/** Only an example that has a bucket touches its weights, so the penalty there stands for the other examples too. */
function bucketPenalties(
  { starts, buckets, bucketCount }: ExampleTable,
  chosen: Int32Array,
): Float32Array {
  const counts = new Float32Array(bucketCount);
  for (const example of chosen) {
    const end = starts[example + 1] as number;
    for (let at = starts[example] as number; at < end; at++) {
      const bucket = buckets[at] as number;
      counts[bucket] = (counts[bucket] as number) + 1;
    }
  }
  return counts.map((count) => (l2Strength * chosen.length) / max(1, count));
}

const sumOf = (chosen: Int32Array, values: Float32Array): number =>
  chosen.reduce((sum, example) => sum + (values[example] as number), 0);
