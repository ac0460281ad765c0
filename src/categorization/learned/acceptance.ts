import { type CategorizerName, categorizerNames, type Opinions } from '../chain/opinions.ts';
import { inTimeSlices } from '../in-time-slices.ts';

/** However right the other decisions are, one that is more probably wrong than right never counts without review. */
const floorPercent = 50;
const percents = 50;
/**
 * The part of the errors a target allows that may be expected. Later rows have more new merchants than the rows that
 * the expectation is measured on: with all allowed errors expected, all runs with 5,000 labelled rows missed a target of
 * 98 % on later rows, and all with 200 labelled merchants one of 95 %. With three quarters no run missed its target. With
 * four fifths some did, for half a point of coverage.
 */
const expectedErrorShare = 0.75;

/** Each subset of the categorizers is a number: the sum of 2^place of those that are in it. */
const subsets = 2 ** categorizerNames.length;

/**
 * How precise the decisions of the chain are expected to be together, by which categorizers take part and by the
 * lowest confidence that is asked for. So any target can be looked up, without learning anew.
 */
export class Acceptance {
  /** For each subset the precision at 50, 51, … 99 percent; NaN where no decision would count without review. */
  readonly precisions: Float64Array;

  constructor(precisions: Float64Array) {
    if (precisions.length !== subsets * percents)
      throw new RangeError(`There must be ${subsets * percents} precisions.`);
    this.precisions = precisions;
  }

  /** @param opinions on rows such as those to come; on labelled rows, the opinions without the label */
  static async measure(opinions: readonly Opinions[]): Promise<Acceptance> {
    const sums = new DecisionSums();
    for await (const slice of inTimeSlices(opinions)) for (const each of slice) sums.add(each);
    return new Acceptance(sums.precisions());
  }

  /**
   * Returns the lowest confidence to ask for so that the decisions of these categorizers reach the target together.
   * What is nearly certain makes up for what is less so, down to a floor of 0.5. If nothing makes up for anything,
   * that is the target itself: each decision must then reach it alone.
   *
   * @param names those that take part; names of categorizers that don't learn are ignored
   * @param targetPrecision from 0.5 to below 1
   */
  minConfidence(names: Iterable<string>, targetPrecision: number): number {
    const taking = new Set(names);
    const subset = subsetOf((name) => taking.has(name));
    const enough = 1 - expectedErrorShare * (1 - targetPrecision);
    for (let at = 0; at < percents && floorPercent + at < 100 * targetPrecision; at++)
      if ((this.precisions[subset * percents + at] as number) >= enough)
        return (floorPercent + at) / 100;
    return targetPrecision;
  }
}

const subsetOf = (isIn: (name: CategorizerName) => boolean): number =>
  categorizerNames.reduce((sum, name, place) => sum + (isIn(name) ? 2 ** place : 0), 0);

/**
 * Adds up, for each subset and each minimum, how many decisions count without review and how confident these are. It
 * decides as decideByChain does, but about all minimums at once: which decision counts changes only at the
 * confidences of the opinions.
 */
class DecisionSums {
  readonly #counts = new Float64Array(subsets * percents);
  readonly #confidences = new Float64Array(subsets * percents);

  add(opinions: Opinions): void {
    for (let subset = 1; subset < subsets; subset++) this.#addSubset(subset, opinions);
  }

  #addSubset(subset: number, opinions: Opinions): void {
    const memory = subset & 1 ? opinions.memory : null;
    // Up to here, one that is heard earlier decides.
    let decided = -1;
    for (const [place, name] of categorizerNames.entries()) {
      const opinion = subset & (2 ** place) ? opinions[name] : null;
      // One that stands alone counts only where it reaches the target itself, and the others don't make up for it.
      if (opinion === null || opinion.standsAlone) continue;
      const highest = highestPlace(opinion.confidence);
      // Nothing overrules memory.
      if (memory === null || memory.categoryId === opinion.categoryId)
        for (let at = decided + 1; at <= highest; at++) {
          const sum = subset * percents + at;
          this.#counts[sum] = (this.#counts[sum] as number) + 1;
          this.#confidences[sum] = (this.#confidences[sum] as number) + opinion.confidence;
        }
      decided = Math.max(decided, highest);
    }
  }

  precisions(): Float64Array {
    return this.#confidences.map((sum, at) => sum / (this.#counts[at] as number));
  }
}

/** Returns the place of the highest percentage that a confidence reaches, or -1. */
function highestPlace(confidence: number): number {
  const rounded = Math.round(100 * confidence);
  const percent = rounded / 100 > confidence ? rounded - 1 : rounded;
  return Math.max(-1, Math.min(percent - floorPercent, percents - 1));
}
