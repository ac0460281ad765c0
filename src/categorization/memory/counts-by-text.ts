import { type CategoryCounts, countCategory } from './category-counts.ts';

/** Counts up to here are exact, and labels are fewer. With a category's id above it, a number is still exact. */
const maxCount = 2 ** 20 - 1;
const idFactor = maxCount + 1;

/**
 * How many rows of each text have each category. Nearly all texts have one category, which takes a number here where a
 * map would take two hundred bytes: a worker may know 200,000 merchants.
 */
export class CountsByText {
  /** Texts of one category: its id and the count in one number. */
  readonly #single = new Map<string, number>();
  readonly #mixed = new Map<string, CategoryCounts>();

  get size(): number {
    return this.#single.size + this.#mixed.size;
  }

  count(text: string, categoryId: number): void {
    const counts = this.get(text) ?? new Map<number, number>();
    countCategory(counts, categoryId);
    this.set(text, counts);
  }

  get(text: string): CategoryCounts | undefined {
    const packed = this.#single.get(text);
    return packed === undefined ? this.#mixed.get(text) : unpack(packed);
  }

  set(text: string, counts: CategoryCounts): void {
    const [first] = counts;
    if (counts.size === 1 && first !== undefined && first[1] <= maxCount) {
      this.#single.set(text, first[0] * idFactor + first[1]);
      return;
    }
    this.#single.delete(text);
    this.#mixed.set(text, counts);
  }

  *[Symbol.iterator](): Generator<[string, CategoryCounts]> {
    for (const [text, packed] of this.#single) yield [text, unpack(packed)];
    yield* this.#mixed;
  }
}

const unpack = (packed: number): CategoryCounts =>
  new Map([[Math.floor(packed / idFactor), packed % idFactor]]);
