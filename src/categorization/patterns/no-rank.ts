/**
 * Stands for "no pattern" where a rank is expected. It is worse than every rank, so that taking the
 * better of two ranks needs no special case.
 */
export const noRank = 0x7fffffff;
