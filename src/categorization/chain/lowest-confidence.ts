import { inTimeSlices } from '../in-time-slices.ts';
import { decideByChain } from './decide-by-chain.ts';
import type { Opinions } from './opinions.ts';

/** However right the other decisions are, one that is more probably wrong than right never counts without review. */
const floorPercent = 50;
/**
 * The part of the errors a target allows that may be expected. Later rows have more new merchants than the rows that
 * the expectation is measured on: with all allowed errors expected, 5,000 labelled rows and a target of 98 % gave
 * 97.6 % on later rows. With three quarters, targets were kept with 50 and 200 labelled merchants and with 5,000 rows.
 */
const expectedErrorShare = 0.75;

/**
 * Returns the lowest confidence to ask for so that the decisions of the chain reach the target together. What is
 * nearly certain makes up for what is less so, down to a floor of 0.5. If nothing makes up for anything, that is the
 * target itself: each decision must then reach it alone.
 *
 * @param opinions on rows such as those to come; on labelled rows, the opinions without the label
 * @param targetPrecision from 0.5 to below 1
 */
export async function lowestConfidence(
  opinions: readonly Opinions[],
  targetPrecision: number,
): Promise<number> {
  const enough = 1 - expectedErrorShare * (1 - targetPrecision);
  for (let percent = floorPercent; percent < 100 * targetPrecision; percent++) {
    const precision = await expectedPrecision(opinions, percent / 100);
    if (precision !== null && precision >= enough) return percent / 100;
  }
  return targetPrecision;
}

/** Returns null if no decision would count without review. */
async function expectedPrecision(
  opinions: readonly Opinions[],
  minConfidence: number,
): Promise<number | null> {
  let answered = 0;
  let expectedRight = 0;
  for await (const slice of inTimeSlices(opinions))
    for (const each of slice) {
      const decision = decideByChain(each, minConfidence);
      if (decision === null || decision.needsReview) continue;
      answered++;
      expectedRight += decision.confidence;
    }
  return answered === 0 ? null : expectedRight / answered;
}
