import { codeUnitAt } from '../../domain/code-unit-at.ts';

/** The number of places. They suffice for the merchants of a large account, and take some megabytes when full. */
const placeBits = 15;

/** Longer texts hardly ever repeat, and would take more than a hundred megabytes. */
const maxRememberedLength = 64;

/** The place of every text that is too long to remember. */
const passingPlace = 1 << placeBits;

/**
 * Assigns places to recent texts. The caller keeps its results in arrays of `RecentTexts.places`. Several texts
 * may share a place, which belongs to the latest of them. So there is nothing to grow, count or clear, and a text
 * that comes only once costs a third of what it costs in a Map.
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

  /** Whether the place belongs to this text already. If not, it does from now on. */
  take(place: number, text: string): boolean {
    if (this.#texts[place] === text) return true;
    if (place !== passingPlace) this.#texts[place] = text;
    return false;
  }
}
