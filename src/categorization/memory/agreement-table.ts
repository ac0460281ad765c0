import type { CategoryCounts } from './category-counts.ts';

/** More agreeing rows than this say no more. */
const maxRowsSeen = 8;

/**
 * What is assumed before there is evidence, as if this many merchants had shown it. Measured on a large city's card
 * purchases: after one row of a merchant, the next has the same category in 96 of 100 cases; after several, in more
 * than 99.
 */
const priorMerchants = 20;
const priorAfterOne = 0.96;
const priorAfterSeveral = 0.99;

/**
 * How often the next row of a merchant has the category on which all its earlier rows agree, for each number of
 * earlier rows. The table is estimated from the labelled rows, as if they had come in random order. A merchant's row
 * counts as 1/√(rows of the merchant), so that no large merchant speaks for all.
 */
export class AgreementTable {
  /** The share after 1, 2, … earlier rows, from 0 to 1. It never falls as the number of rows grows. */
  readonly shares: readonly number[];

  constructor(shares: readonly number[]) {
    if (shares.length !== maxRowsSeen) throw new RangeError(`There must be ${maxRowsSeen} shares.`);
    this.shares = shares;
  }

  static fromMerchants(merchants: Iterable<[string, CategoryCounts]>): AgreementTable {
    const shares: number[] = [];
    const met = new Float64Array(maxRowsSeen);
    const agreed = new Float64Array(maxRowsSeen);
    for (const [, counts] of merchants) addMerchant([...counts.values()], met, agreed);
    for (let seen = 1; seen <= maxRowsSeen; seen++) {
      const prior = seen === 1 ? priorAfterOne : priorAfterSeveral;
      const share =
        ((agreed[seen - 1] as number) + prior * priorMerchants) /
        ((met[seen - 1] as number) + priorMerchants);
      shares.push(Math.max(share, shares.at(-1) ?? 0));
    }
    return new AgreementTable(shares);
  }

  /** @param rowsSeen at least 1, all of one category */
  shareAfter(rowsSeen: number): number {
    return this.shares[Math.min(rowsSeen, maxRowsSeen) - 1] as number;
  }
}

/**
 * Adds, for each number of rows drawn at random, how probable it is that they agree (`met`), and that one more row
 * agrees with them (`agreed`).
 */
function addMerchant(counts: readonly number[], met: Float64Array, agreed: Float64Array): void {
  const rows = sum(counts);
  const weight = Math.sqrt(rows);
  // For each category the probability that all rows drawn so far are of it.
  let chances = counts.map((count) => count / rows);
  for (let seen = 1; seen <= maxRowsSeen && seen < rows; seen++) {
    const next = chances.map(
      (chance, place) => (chance * Math.max(0, (counts[place] as number) - seen)) / (rows - seen),
    );
    met[seen - 1] = (met[seen - 1] as number) + weight * sum(chances);
    agreed[seen - 1] = (agreed[seen - 1] as number) + weight * sum(next);
    chances = next;
  }
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
