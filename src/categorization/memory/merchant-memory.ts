import { normalizeText } from '../../domain/normalize-text.ts';
import { inTimeSlices } from '../in-time-slices.ts';
import type { LabelledRow } from '../labelled-row.ts';
import { normalizeMerchant } from '../normalize-merchant.ts';
import { AgreementTable } from './agreement-table.ts';
import { type CategoryCounts, majorityOf } from './category-counts.ts';
import { CountsByText } from './counts-by-text.ts';

/** Names of merchants are shorter. The rest of a longer text would only take memory. */
const maxTextCharacters = 200;

/** The share of a merchant's rows that must agree. One slip in twenty is forgiven; more is a contradiction. */
const minAgreeingShare = 0.95;

export interface Recollection {
  categoryId: number;
  /** From 0 to 1: how often, as far as the labels show, the next row of such a merchant has this category. */
  confidence: number;
  /** What is remembered: the normalised merchant, or the whole text where the merchant's shops differ. */
  merchant: string;
  /** Labelled rows of it. */
  rowCount: number;
  /** How many of these rows have this category. */
  agreeingCount: number;
}

/** What a memory consists of. */
export interface MerchantMemoryParts {
  /** By the normalised merchant. */
  merchants: CountsByText;
  /** By the whole text. */
  texts: CountsByText;
  agreement: AgreementTable;
}

/**
 * Remembers which category people gave each merchant, and answers with the category on which its rows agree. If they
 * contradict each other, because fewer than 95 of 100 agree, it looks at the rows with exactly the same text, since
 * the shops of one chain may sell different things. If these contradict each other too, it abstains.
 */
export class MerchantMemory {
  readonly #merchants: CountsByText;
  readonly #texts: CountsByText;
  readonly #agreement: AgreementTable;

  constructor({ merchants, texts, agreement }: MerchantMemoryParts) {
    this.#merchants = merchants;
    this.#texts = texts;
    this.#agreement = agreement;
  }

  static async fromRows(rows: readonly LabelledRow[]): Promise<MerchantMemory> {
    const merchants = new CountsByText();
    const seen = new CountsByText();
    const texts = new CountsByText();
    for await (const slice of inTimeSlices(rows))
      for (const { merchantName, categoryId, isUnseen } of slice) {
        const text = textKey(merchantName ?? '');
        if (text === '') continue;
        texts.count(text, categoryId);
        const merchant = normalizeMerchant(merchantName);
        if (merchant === null) continue;
        merchants.count(merchant, categoryId);
        if (!isUnseen) seen.count(merchant, categoryId);
      }
    // What was accepted all at once agrees by itself.
    const agreement = AgreementTable.fromMerchants(seen);
    return new MerchantMemory({ merchants, texts, agreement });
  }

  /** Returns what `recall` needs. Texts are left out where the merchant answers for them. */
  parts(): MerchantMemoryParts {
    const texts = new CountsByText();
    for (const [text, counts] of this.#texts) {
      const merchant = this.#merchants.get(normalizeMerchant(text) ?? '');
      const isAnswered = merchant !== undefined && this.#answer(text, merchant, null) !== null;
      if (!isAnswered) texts.set(text, counts);
    }
    return { merchants: this.#merchants, texts, agreement: this.#agreement };
  }

  /** Returns null for a merchant that is unknown, or whose labels contradict each other. */
  recall(merchantName: string | null): Recollection | null {
    return this.#recall(merchantName, null);
  }

  /** Recalls the merchant of a labelled row as if that row had no label, which is what evaluation needs. */
  recallWithoutRow({ merchantName, categoryId }: LabelledRow): Recollection | null {
    return this.#recall(merchantName, categoryId);
  }

  /** @param leftOut the category of one row that is not counted, or null to count all rows */
  #recall(merchantName: string | null, leftOut: number | null): Recollection | null {
    if (merchantName === null) return null;
    const merchant = normalizeMerchant(merchantName);
    if (merchant !== null) {
      const counts = this.#merchants.get(merchant);
      if (counts === undefined) return null;
      const recollection = this.#answer(merchant, counts, leftOut);
      if (recollection !== null) return recollection;
    }
    const text = textKey(merchantName);
    const counts = this.#texts.get(text);
    return counts === undefined ? null : this.#answer(text, counts, leftOut);
  }

  #answer(merchant: string, counts: CategoryCounts, leftOut: number | null): Recollection | null {
    const majority = majorityOf(leftOut === null ? counts : withoutOne(counts, leftOut));
    if (majority === null || majority.agreeingCount < minAgreeingShare * majority.rowCount)
      return null;
    const { categoryId, agreeingCount, rowCount } = majority;
    // Rows that disagree are evidence too.
    const confidence = this.#agreement.shareAfter(agreeingCount) * (agreeingCount / rowCount);
    return { categoryId, confidence, merchant, rowCount, agreeingCount };
  }
}

const textKey = (merchantName: string): string =>
  normalizeText(merchantName.slice(0, maxTextCharacters));

function withoutOne(counts: CategoryCounts, categoryId: number): CategoryCounts {
  const rest = new Map(counts);
  const left = (rest.get(categoryId) ?? 0) - 1;
  if (left > 0) rest.set(categoryId, left);
  else rest.delete(categoryId);
  return rest;
}
