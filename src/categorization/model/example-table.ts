import type { LabelledRow } from '../labelled-row.ts';
import { merchantKey } from '../merchant-key.ts';
import { FeatureVector } from './feature-vector.ts';
import type { TrainingSteps } from './training-steps.ts';

/**
 * What a model is trained on. Rows with the same texts and the same category are one example. The table is made of
 * columns, so that 100,000 examples take some 60 MB.
 */
export interface ExampleTable {
  count: number;
  bucketCount: number;
  /** The categories that occur, by ascending id. Examples name a category by its place here. */
  categoryIds: number[];
  merchantCount: number;
  /** Where the buckets of each example begin in `buckets`, and at last where those of the last one end. */
  starts: Int32Array;
  /** Where, in `buckets`, those of the merchant's name end and those of the description begin. */
  merchantEnds: Int32Array;
  merchantValues: Float32Array;
  descriptionValues: Float32Array;
  categories: Int32Array;
  /** The number of each example's merchant, from 0 up; noMerchant for a hint. */
  merchants: Int32Array;
  /** The rows of each example, of which each counts as 1/√(rows of its merchant). */
  weights: Float32Array;
  /** The place among those given of each example's first row that somebody looked at, or else of its first; noRow for a hint. */
  rows: Int32Array;
  buckets: Int32Array;
}

/** A text that belongs to a category without being a row, such as a pattern. The model learns from it a little. */
export interface Hint {
  text: string;
  categoryId: number;
}

/** A hint counts as this many rows. On merchants held out, both 0.1 and 1 gave fewer right answers. */
const hintWeight = 0.3;

const noMerchant = -1;
const noRow = -1;

interface Example extends LabelledRow {
  /** noMerchant for a hint. */
  merchant: number;
  row: number;
  weight: number;
}

/** Texts between two looks at the clock, of some 20 µs each. */
const textsPerStep = 200;

/** The steps of encodeExamples for a number of rows and hints. */
export const encodingSteps = (rows: number): number => 2 * rows;

/** Leaves out rows whose texts have no feature, because there is nothing to learn from them. */
export async function encodeExamples(
  rows: readonly LabelledRow[],
  hints: readonly Hint[],
  bucketCount: number,
  steps: TrainingSteps,
): Promise<ExampleTable> {
  const categoryIds = [...new Set([...rows, ...hints].map((row) => row.categoryId))].sort(
    (a, b) => a - b,
  );
  const places = new Map(categoryIds.map((id, place) => [id, place]));
  const { examples, rowCounts } = await mergeRows(rows, steps);
  for (const { text, categoryId } of hints)
    examples.push({
      merchantName: text,
      description: null,
      categoryId,
      merchant: noMerchant,
      row: noRow,
      weight: hintWeight,
    });
  const vector = new FeatureVector(bucketCount);
  const table = await allocateColumns(examples, vector, steps);
  let end = 0;
  let count = 0;
  for (const [index, example] of examples.entries()) {
    if (index % textsPerStep === 0) await steps.complete(textsPerStep / 2);
    vector.set(example.merchantName, example.description);
    if (vector.buckets.length === 0) continue;
    table.buckets.set(vector.buckets, end);
    table.merchantEnds[count] = end + vector.merchantEnd;
    end += vector.buckets.length;
    table.merchantValues[count] = vector.merchantValue;
    table.descriptionValues[count] = vector.descriptionValue;
    table.categories[count] = places.get(example.categoryId) as number;
    table.merchants[count] = example.merchant;
    table.rows[count] = example.row;
    table.weights[count] = example.weight / Math.sqrt(rowCounts[example.merchant] ?? 1);
    table.starts[++count] = end;
  }
  return { ...table, count, bucketCount, categoryIds, merchantCount: rowCounts.length };
}

/** Makes one example of rows that are the same, and numbers the merchants. */
async function mergeRows(
  rows: readonly LabelledRow[],
  steps: TrainingSteps,
): Promise<{ examples: Example[]; rowCounts: number[] }> {
  const merchants = new Map<string, number>();
  const rowCounts: number[] = [];
  const examples = new Map<string, Example>();
  for (const [index, row] of rows.entries()) {
    if (index % textsPerStep === 0) await steps.complete(textsPerStep);
    const { merchantName, description, categoryId } = row;
    const text = `${categoryId}\0${merchantName ?? ''}\0${description ?? ''}`;
    let example = examples.get(text);
    if (example === undefined) {
      const key = merchantKey(row);
      const merchant = merchants.get(key) ?? merchants.size;
      merchants.set(key, merchant);
      example = { merchantName, description, categoryId, merchant, row: index, weight: 0 };
      examples.set(text, example);
    } else if (rows[example.row]?.isUnseen && !row.isUnseen) example.row = index;
    example.weight++;
    rowCounts[example.merchant] = (rowCounts[example.merchant] ?? 0) + 1;
  }
  return { examples: [...examples.values()], rowCounts };
}

/** Counts the buckets first, because an array that grows needs twice its memory. */
async function allocateColumns(
  examples: readonly Example[],
  vector: FeatureVector,
  steps: TrainingSteps,
) {
  let bucketTotal = 0;
  for (const [index, { merchantName, description }] of examples.entries()) {
    if (index % textsPerStep === 0) await steps.complete(textsPerStep / 2);
    vector.set(merchantName, description);
    bucketTotal += vector.buckets.length;
  }
  const { length } = examples;
  return {
    starts: new Int32Array(length + 1),
    merchantEnds: new Int32Array(length),
    merchantValues: new Float32Array(length),
    descriptionValues: new Float32Array(length),
    categories: new Int32Array(length),
    merchants: new Int32Array(length),
    weights: new Float32Array(length),
    rows: new Int32Array(length),
    buckets: new Int32Array(bucketTotal),
  };
}
