/**
 * What becomes of an opinion below the minimum confidence.
 *
 * - `decides`: it counts, for review, and nothing that is heard later overrules it.
 * - `yields`: it gives way to a later opinion that reaches the minimum, and else counts, for review.
 * - `abstains`: it doesn't count.
 */
export type WhenUnsure = 'decides' | 'yields' | 'abstains';

/** A categorizer in a chain, and the confidence that is asked of it. */
export interface ChainMember<Name extends string = string> {
  name: Name;
  whenUnsure: WhenUnsure;
  minConfidence: number;
}
