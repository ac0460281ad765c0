import type { MatchedField } from '../../domain/category-match.ts';
import { addFeatures, featureWords } from './text-features.ts';

/**
 * The merchant's share of the squared length of a vector that has a description too. A description has more words and
 * says less: on new merchants, 0.65 gave more right answers than equal shares, or than every feature alike.
 */
const merchantShare = 0.65;

/**
 * The features of one transaction, as buckets of a hash table: each at most once a field, all of the same value within
 * a field, so that the vector has the length 1. An instance is reused from transaction to transaction, because it has
 * a mark for every bucket.
 */
export class FeatureVector {
  /** The buckets of the merchant's name up to `merchantEnd`, and then those of the description. */
  readonly buckets: number[] = [];
  merchantEnd = 0;
  merchantValue = 0;
  descriptionValue = 0;

  readonly #mask: number;
  /** For each bucket the number of the last field that has it. */
  readonly #lastField: Int32Array;
  /** Counts the fields from 1, because the marks of unused buckets are 0. */
  #field = 1;
  readonly #hashes: number[] = [];

  /** @param bucketCount a power of two, so that a mask finds the bucket of a hash */
  constructor(bucketCount: number) {
    this.#mask = bucketCount - 1;
    this.#lastField = new Int32Array(bucketCount);
  }

  set(merchantName: string | null, description: string | null): void {
    this.buckets.length = 0;
    this.#addField('merchant_name', merchantName);
    this.merchantEnd = this.buckets.length;
    this.#addField('description', description);
    this.#scale();
  }

  #addField(field: MatchedField, text: string | null): void {
    this.#hashes.length = 0;
    for (const word of featureWords(text)) addFeatures(field, word, this.#hashes);
    for (const hash of this.#hashes) {
      const bucket = hash & this.#mask;
      if (this.#lastField[bucket] === this.#field) continue;
      this.#lastField[bucket] = this.#field;
      this.buckets.push(bucket);
    }
    this.#field++;
    if (this.#field < 0x7fffffff) return;
    // A larger number would not fit into the marks.
    this.#field = 1;
    this.#lastField.fill(0);
  }

  #scale(): void {
    const merchant = this.merchantEnd;
    const description = this.buckets.length - merchant;
    const share = merchant === 0 ? 0 : description === 0 ? 1 : merchantShare;
    this.merchantValue = merchant === 0 ? 0 : Math.sqrt(share / merchant);
    this.descriptionValue = description === 0 ? 0 : Math.sqrt((1 - share) / description);
  }
}
