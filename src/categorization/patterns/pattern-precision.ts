import type { MatchKind } from './match-kind.ts';
import type { PatternEvidence } from './pattern-evidence.ts';
import { priorPrecision } from './prior-precision.ts';

/** The prior of a kind counts as this many merchants of one row each. About a hundred labels outweigh it. */
const kindPriorWeight = 30;
/** What the kind shows counts as this many merchants of the pattern. A few labels of the pattern outweigh it. */
const patternPriorWeight = 4;
/** What the pattern shows counts as this many rows of the merchant, so that a few corrections there outweigh it. */
const merchantPriorWeight = 2;

/** The match whose confidence is wanted. */
export interface PrecisionQuery {
  patternId: number;
  kind: MatchKind;
  /** As merchantKey returns it. */
  merchant: string;
}

interface Tally {
  weight: number;
  right: number;
}

const emptyTally: Tally = { weight: 0, right: 0 };

/**
 * Estimates how often a match of a pattern is right. The estimate has three levels, each the prior of the next: the
 * kind of match, the pattern, and the pattern for this merchant. Each level is a beta distribution, updated by the
 * labelled rows it has.
 *
 * For other merchants, a row counts as 1/√(rows of its merchant), so that no large merchant speaks for the rest.
 */
export class PatternPrecision {
  readonly #kinds = new Map<MatchKind, Tally>();
  readonly #patterns = new Map<string, Tally>();
  /** Counts rows, where the two above count merchants. */
  readonly #merchants = new Map<string, PatternEvidence>();

  constructor(evidence: Iterable<PatternEvidence>) {
    for (const each of evidence) this.add(each);
  }

  /** @param evidence of a pattern, kind and merchant that were not added before */
  add(evidence: PatternEvidence): void {
    const { patternId, kind, merchant } = evidence;
    const merchants = asMerchants(asRows(evidence));
    addTo(this.#kinds, kind, merchants);
    addTo(this.#patterns, `${patternId} ${kind}`, merchants);
    this.#merchants.set(`${patternId} ${kind} ${merchant}`, evidence);
  }

  /** Returns all that was added. */
  evidence(): PatternEvidence[] {
    return [...this.#merchants.values()];
  }

  /** Returns from 0 to 1 how often such a match is right. */
  confidence(query: PrecisionQuery): number {
    return this.#confidence(query, emptyTally);
  }

  /** Returns the confidence as if one labelled row of the merchant did not exist, which is what evaluation needs. */
  confidenceWithoutRow(query: PrecisionQuery, isRight: boolean): number {
    return this.#confidence(query, { weight: 1, right: isRight ? 1 : 0 });
  }

  #confidence({ patternId, kind, merchant }: PrecisionQuery, leftOut: Tally): number {
    const evidence = this.#merchants.get(`${patternId} ${kind} ${merchant}`);
    const own = evidence === undefined ? emptyTally : asRows(evidence);
    // The merchant's rows count at its own level, and therefore not at the two above.
    const counted = asMerchants(own);
    const ofKind = posterior(this.#kinds.get(kind), counted, priorPrecision(kind), kindPriorWeight);
    const ofPattern = posterior(
      this.#patterns.get(`${patternId} ${kind}`),
      counted,
      ofKind,
      patternPriorWeight,
    );
    return posterior(own, leftOut, ofPattern, merchantPriorWeight);
  }
}

const asRows = ({ rowCount, rightCount }: PatternEvidence): Tally => ({
  weight: rowCount,
  right: rightCount,
});

/** Converts the rows of one merchant to what they say about other merchants. */
function asMerchants({ weight, right }: Tally): Tally {
  if (weight === 0) return emptyTally;
  const scale = 1 / Math.sqrt(weight);
  return { weight: weight * scale, right: right * scale };
}

function addTo<Key>(tallies: Map<Key, Tally>, key: Key, { weight, right }: Tally): void {
  const before = tallies.get(key) ?? emptyTally;
  tallies.set(key, { weight: before.weight + weight, right: before.right + right });
}

/** Returns the mean of the beta distribution that the tally, without what is left out, makes of the prior. */
function posterior(
  tally: Tally | undefined,
  leftOut: Tally,
  prior: number,
  priorWeight: number,
): number {
  const { weight, right } = tally ?? emptyTally;
  return (right - leftOut.right + prior * priorWeight) / (weight - leftOut.weight + priorWeight);
}
