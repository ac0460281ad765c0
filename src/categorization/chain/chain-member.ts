/**
 * What becomes of an opinion below the minimum confidence.
 *
 * - `decides`: it counts, for review, and nothing that is heard later overrules it.
 * - `yields`: it gives way to a later opinion that reaches the minimum, and else counts, for review.
 * - `abstains`: it doesn't count.
 */
export type WhenUnsure = 'decides' | 'yields' | 'abstains';

/** The confidence that is asked of a categorizer's opinions. */
export interface Threshold {
  /** For most: what reaches it makes the decisions of the chain reach the target together. */
  minConfidence: number;
  /** For an opinion that stands alone. */
  targetPrecision: number;
}

/** A categorizer in a chain, and what is asked of it. */
export interface ChainMember<Name extends string = string> extends Threshold {
  name: Name;
  whenUnsure: WhenUnsure;
}
