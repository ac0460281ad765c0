import type { CoverageAndPrecision } from '../../domain/learned-evaluation.ts';
import type { CategorizableTransaction } from '../categorizable-transaction.ts';
import { inTimeSlices } from '../in-time-slices.ts';
import { merchantKey } from '../merchant-key.ts';
import { AnswerTally } from './answer-tally.ts';

/** A decision that counted without review, and that a person confirmed or corrected. */
export interface ConfirmedDecision extends CategorizableTransaction {
  source: string;
  decidedCategoryId: number;
  /** What the person chose; null for no category. */
  categoryId: number | null;
}

/** A decision that counted without review, and that was drawn at random. */
export interface SampledDecision extends ConfirmedDecision {
  /** Whether a person has confirmed or corrected it. If not, the category is what was decided. */
  isAnswered: boolean;
}

export interface EvaluatedDecisions {
  /** By source. */
  sampled: Map<string, CoverageAndPrecision>;
  all: Map<string, CoverageAndPrecision>;
  /** By the category that was decided. */
  byCategory: Map<number, CoverageAndPrecision>;
}

/**
 * Counts how many decisions people confirmed. Those that were drawn and have no answer yet are rows without one: if
 * people leave out what is hard to say, the answers are no random sample any more.
 */
export async function evaluateDecisions(
  confirmed: readonly ConfirmedDecision[],
  drawn: readonly SampledDecision[],
): Promise<EvaluatedDecisions> {
  const sampled = new Tallies<string>();
  const all = new Tallies<string>();
  const byCategory = new Tallies<number>();
  for await (const slice of inTimeSlices(confirmed))
    for (const decision of slice) {
      all.count(decision.source, decision);
      byCategory.count(decision.decidedCategoryId, decision);
    }
  for await (const slice of inTimeSlices(drawn))
    for (const decision of slice)
      sampled.count(decision.source, decision.isAnswered ? decision : null);
  return {
    sampled: sampled.summaries(),
    all: all.summaries(),
    byCategory: byCategory.summaries(),
  };
}

class Tallies<Key> {
  readonly #tallies = new Map<Key, AnswerTally>();

  count(key: Key, answered: ConfirmedDecision | null): void {
    const tally = this.#tallies.get(key) ?? new AnswerTally();
    this.#tallies.set(key, tally);
    tally.countRow(answered !== null);
    if (answered !== null)
      tally.countAnswer(merchantKey(answered), answered.decidedCategoryId === answered.categoryId);
  }

  summaries(): Map<Key, CoverageAndPrecision> {
    return new Map(Array.from(this.#tallies, ([key, tally]) => [key, tally.summary()]));
  }
}
