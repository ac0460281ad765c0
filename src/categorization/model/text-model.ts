import type { CalibrationCurve } from './calibration-curve.ts';
import { FeatureVector } from './feature-vector.ts';
import type { QuantizedWeights } from './quantized-weights.ts';
import { indexOfHighest, softmax } from './softmax.ts';

export interface Prediction {
  categoryId: number;
  /** From 0 to 1: the share of such answers that were right on merchants held out, estimated cautiously. */
  confidence: number;
}

/** What training makes, and all that the model consists of. */
export interface TextModelParts {
  categoryIds: readonly number[];
  weights: QuantizedWeights;
  curve: CalibrationCurve;
}

/** Recognizes the category of a transaction by the words and n-grams of its merchant and its description. */
export class TextModel {
  readonly parts: TextModelParts;
  readonly #vector: FeatureVector;
  readonly #scores: Float32Array;
  /** For each bucket its place among the kept ones, plus 1; 0 if it was not kept. */
  readonly #places: Int32Array;

  constructor(parts: TextModelParts) {
    this.parts = parts;
    const { bucketCount, buckets, categoryCount } = parts.weights;
    this.#vector = new FeatureVector(bucketCount);
    this.#scores = new Float32Array(categoryCount);
    this.#places = new Int32Array(bucketCount);
    for (const [place, bucket] of buckets.entries()) this.#places[bucket] = place + 1;
  }

  /** Returns null for texts without a word, and if training could not show how often the model is right. */
  predict(merchantName: string | null, description: string | null): Prediction | null {
    const { categoryIds, weights, curve } = this.parts;
    const vector = this.#vector;
    vector.set(merchantName, description);
    if (vector.buckets.length === 0 || curve.points.length === 0) return null;
    this.#scores.set(weights.bias);
    for (const [at, bucket] of vector.buckets.entries())
      this.#addScores(
        bucket,
        at < vector.merchantEnd ? vector.merchantValue : vector.descriptionValue,
      );
    softmax(this.#scores);
    const best = indexOfHighest(this.#scores);
    return {
      categoryId: categoryIds[best] as number,
      confidence: curve.confidenceAt(this.#scores[best] as number),
    };
  }

  #addScores(bucket: number, value: number): void {
    const place = (this.#places[bucket] as number) - 1;
    if (place < 0) return;
    const { categoryCount, weights, steps } = this.parts.weights;
    const scores = this.#scores;
    const factor = value * (steps[place] as number);
    const from = place * categoryCount;
    for (let category = 0; category < categoryCount; category++)
      scores[category] =
        (scores[category] as number) + factor * (weights[from + category] as number);
  }
}
