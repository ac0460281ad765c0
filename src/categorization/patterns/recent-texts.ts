import { codeUnitAt } from '../../domain/code-unit-at.ts';

/** Places for texts. Enough for the merchants of a large account; full, they take some megabytes. */
const placeBits = 15;

/**
 * Longer texts hardly ever come back, and so many of the longest allowed would take more than a
 * hundred megabytes.
 */
const maxRememberedLength = 64;

/** The place of every text that is not to be remembered. */
const passingPlace = 1 << placeBits;

/**
 * Gives out places for what is known of texts met lately; the caller keeps it in arrays of
 * `RecentTexts.places`. Each text has one place, which it may share with others, and the last to
 * come has it. So there is nothing to grow, count or clear, and a text that is met only once costs
 * a third of what it costs in a Map.
 */
export class RecentTexts {
  static readonly places = passingPlace + 1;

  readonly #texts: (string | undefined)[] = new Array(RecentTexts.places).fill(undefined);

  placeOf(text: string): number {
    if (text.length > maxRememberedLength) return passingPlace;
    let hash = text.length;
    for (let i = 0, { length } = text; i < length; i++)
      hash = (Math.imul(hash, 31) + codeUnitAt(text, i)) | 0;
    return Math.imul(hash, 0x9e3779b1) >>> (32 - placeBits);
  }

  /** Whether the place is still this text's. If not, it is from now on. */
  take(place: number, text: string): boolean {
    if (this.#texts[place] === text) return true;
    if (place !== passingPlace) this.#texts[place] = text;
    return false;
  }
}
