import type { ChainMember, Threshold } from './chain-member.ts';
import type { Opinion } from './opinions.ts';

export interface Decision<Member, Said> {
  by: Member;
  opinion: Said;
  /** The confidence is below the minimum. The decision counts, and a person should confirm it. */
  needsReview: boolean;
}

/**
 * Decides among the opinions about one transaction. Returns null if none may decide.
 *
 * The first opinion that reaches its minimum decides. Only an earlier one that `decides` even below the minimum, as
 * memory does, holds against it: whoever corrected a merchant wouldn't understand why the same wrong pattern wins
 * again. If both name the same category, it needs no review. If no opinion reaches its minimum, the first that decides
 * does, or else the first that yields.
 *
 * @param chain in the order in which they are heard
 */
export function decideByChain<Member extends ChainMember, Said extends Opinion>(
  chain: readonly Member[],
  opinionOf: (member: Member) => Said | null,
): Decision<Member, Said> | null {
  let holding: Decision<Member, Said> | null = null;
  let yielding: Decision<Member, Said> | null = null;
  for (const member of chain) {
    const opinion = opinionOf(member);
    if (opinion === null) continue;
    if (isSure(opinion, member)) {
      const isOverruled = holding !== null && holding.opinion.categoryId !== opinion.categoryId;
      return isOverruled ? holding : { by: member, opinion, needsReview: false };
    }
    const unsure = { by: member, opinion, needsReview: true };
    if (member.whenUnsure === 'decides') holding ??= unsure;
    else if (member.whenUnsure === 'yields') yielding ??= unsure;
  }
  return holding ?? yielding;
}

/** Whether an opinion counts without review. */
export const isSure = (
  { confidence, standsAlone }: Pick<Opinion, 'confidence' | 'standsAlone'>,
  { minConfidence, targetPrecision }: Threshold,
): boolean => confidence >= (standsAlone ? targetPrecision : minConfidence);
