/**
 * Stands for "no pattern" where a rank is expected. It is worse than every rank, so that taking the
 * better of two ranks needs no special case.
 */
export const NO_RANK = 0x7fffffff;
