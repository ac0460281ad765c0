/**
 * Returns a generator of numbers from 0 to below 1 (Mulberry32). The same seed gives the same numbers on every
 * machine, so that the same rows always give the same model and the same evaluation.
 */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Puts the entries into a random order, in place (the Fisher–Yates shuffle). */
export function shuffle(entries: Int32Array, random: () => number): void {
  for (let last = entries.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const entry = entries[last] as number;
    entries[last] = entries[other] as number;
    entries[other] = entry;
  }
}
