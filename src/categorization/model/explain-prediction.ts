import type { MatchedField } from '../../domain/category-match.ts';
import type { WeighedWord } from '../explanation.ts';
import { FeatureVector } from './feature-vector.ts';
import type { QuantizedWeights } from './quantized-weights.ts';
import { addFeatures, featureWords } from './text-features.ts';
import type { TextModel } from './text-model.ts';

/** More words would hardly be read. */
const maxWords = 5;

/**
 * Returns the words that speak most for the category that the model predicts, against the mean of all others. The
 * weights of a word's n-grams are added to those of the word; an n-gram of several words counts for the first.
 */
export function explainPrediction(
  model: TextModel,
  merchantName: string | null,
  description: string | null,
): WeighedWord[] {
  const prediction = model.predict(merchantName, description);
  if (prediction === null) return [];
  const { categoryIds, weights } = model.parts;
  const category = categoryIds.indexOf(prediction.categoryId);
  const vector = new FeatureVector(weights.bucketCount);
  vector.set(merchantName, description);
  const words = new Map<string, number>();
  const addField = (field: MatchedField, text: string | null, value: number) => {
    const seen = new Set<number>();
    for (const word of featureWords(text)) {
      const hashes: number[] = [];
      addFeatures(field, word, hashes);
      for (const hash of hashes) {
        const bucket = hash & (weights.bucketCount - 1);
        if (seen.has(bucket)) continue;
        seen.add(bucket);
        const weight = value * advantageOf(weights, bucket, category);
        words.set(word, (words.get(word) ?? 0) + weight);
      }
    }
  };
  addField('merchant_name', merchantName, vector.merchantValue);
  addField('description', description, vector.descriptionValue);
  return [...words]
    .map(([text, weight]) => ({ text, weight }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, maxWords);
}

/** Returns how much more a bucket raises the score of the category than the scores of the others, on average. */
function advantageOf(
  { buckets, categoryCount, steps, weights }: QuantizedWeights,
  bucket: number,
  category: number,
): number {
  const place = placeOf(buckets, bucket);
  if (place === null) return 0;
  const ofBucket = weights.subarray(place * categoryCount, (place + 1) * categoryCount);
  const own = ofBucket[category] as number;
  const others = ofBucket.reduce((sum, weight) => sum + weight, -own) / (categoryCount - 1);
  return (steps[place] as number) * (own - others);
}

/** Returns the place of a number in an ascending array, or null. */
function placeOf(ascending: Int32Array, wanted: number): number | null {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === wanted ? low : null;
}
