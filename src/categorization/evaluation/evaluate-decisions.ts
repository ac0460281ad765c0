import type { CoverageAndPrecision } from '../../domain/learned-evaluation.ts';
import type { CategorizableTransaction } from '../categorizable-transaction.ts';
import { inTimeSlices } from '../in-time-slices.ts';
import { merchantKey } from '../merchant-key.ts';
import { AnswerTally } from './answer-tally.ts';

/** A decision that a person confirmed or corrected. */
export interface ConfirmedDecision extends CategorizableTransaction {
  source: string;
  decidedCategoryId: number;
  /** What the person chose; null for no category. */
  categoryId: number | null;
  /** Whether it was drawn at random. */
  isSampled: boolean;
}

export interface EvaluatedDecisions {
  /** By source. */
  sampled: Map<string, CoverageAndPrecision>;
  all: Map<string, CoverageAndPrecision>;
  /** By the category that was decided. */
  byCategory: Map<number, CoverageAndPrecision>;
}

/** Counts how many decisions people confirmed. */
export async function evaluateDecisions(
  decisions: readonly ConfirmedDecision[],
): Promise<EvaluatedDecisions> {
  const sampled = new Tallies<string>();
  const all = new Tallies<string>();
  const byCategory = new Tallies<number>();
  for await (const slice of inTimeSlices(decisions))
    for (const decision of slice) {
      const { source, decidedCategoryId, isSampled } = decision;
      const merchant = merchantKey(decision);
      const isRight = decidedCategoryId === decision.categoryId;
      if (isSampled) sampled.count(source, merchant, isRight);
      all.count(source, merchant, isRight);
      byCategory.count(decidedCategoryId, merchant, isRight);
    }
  return {
    sampled: sampled.summaries(),
    all: all.summaries(),
    byCategory: byCategory.summaries(),
  };
}

class Tallies<Key> {
  readonly #tallies = new Map<Key, AnswerTally>();

  count(key: Key, merchant: string, isRight: boolean): void {
    const tally = this.#tallies.get(key) ?? new AnswerTally();
    this.#tallies.set(key, tally);
    tally.countRow(true);
    tally.countAnswer(merchant, isRight);
  }

  summaries(): Map<Key, CoverageAndPrecision> {
    return new Map(Array.from(this.#tallies, ([key, tally]) => [key, tally.summary()]));
  }
}
