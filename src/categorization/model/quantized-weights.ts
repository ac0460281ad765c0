import type { SoftmaxWeights } from './softmax-regression.ts';

/** A bucket with only smaller weights hardly moves a probability: a text has some fifty buckets of a value near 0.1. */
const minWeight = 0.02;
const levels = 127;

/**
 * Weights in a quarter of the bytes. Each is a whole number from -127 to 127, in units of a step that its bucket has.
 * Buckets that matter to no category, or that no example had, are left out.
 */
export interface QuantizedWeights {
  categoryCount: number;
  bucketCount: number;
  /** The buckets that are kept, in ascending order. */
  buckets: Int32Array;
  /** One for each kept bucket. */
  steps: Float32Array;
  /** For each kept bucket one for each category, side by side. */
  weights: Int8Array;
  bias: Float32Array;
}

export function quantize({ weights, bias }: SoftmaxWeights): QuantizedWeights {
  const categoryCount = bias.length;
  const bucketCount = weights.length / categoryCount;
  const largest = new Float32Array(bucketCount);
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    let size = 0;
    for (let at = bucket * categoryCount; at < (bucket + 1) * categoryCount; at++)
      size = Math.max(size, Math.abs(weights[at] as number));
    largest[bucket] = size;
  }
  const kept = Int32Array.from(
    Array.from(largest.keys()).filter((bucket) => (largest[bucket] as number) >= minWeight),
  );
  const steps = Float32Array.from(kept, (bucket) => (largest[bucket] as number) / levels);
  const quantized = new Int8Array(kept.length * categoryCount);
  for (const [place, bucket] of kept.entries())
    for (let category = 0; category < categoryCount; category++)
      quantized[place * categoryCount + category] = Math.round(
        (weights[bucket * categoryCount + category] as number) / (steps[place] as number),
      );
  return { categoryCount, bucketCount, buckets: kept, steps, weights: quantized, bias };
}
