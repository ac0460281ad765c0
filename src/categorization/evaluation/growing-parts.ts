import { seededRandom, shuffle } from '../random-order.ts';

/** A part with fewer rows shows nothing. */
const minPartRows = 25;

/**
 * Returns parts of the rows for a learning curve, the smallest first. Each has half the rows of the next one, and the
 * last has half of all. They are drawn at random, and are the same whenever the rows are.
 */
export function growingParts<Row>(rows: readonly Row[], maxParts: number): Row[][] {
  const order = Int32Array.from(rows.keys());
  shuffle(order, seededRandom(rows.length));
  const parts: Row[][] = [];
  let size = Math.floor(rows.length / 2);
  while (parts.length < maxParts && size >= minPartRows) {
    parts.unshift(Array.from(order.subarray(0, size), (place) => rows[place] as Row));
    size = Math.floor(size / 2);
  }
  return parts;
}
