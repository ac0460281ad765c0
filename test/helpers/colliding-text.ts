/**
 * A text of twelve visible characters whose hash, by PostgreSQL's hashtextextended(text, seed), is the
 * number that was asked for. The function mixes 96 bits without losing any
 * (https://github.com/postgres/postgres/blob/REL_18_STABLE/src/common/hashfn.c), so it can be run backwards.
 */
export function collidingText(hash: number, seed: number): string {
  const length = 12;
  const initial = (0x9e3779b9 + length + 3923095) >>> 0;
  const start: Words = [initial, initial, initial];
  if (seed !== 0) {
    start[1] = (start[1] + seed) >>> 0;
    mix(start);
  }
  for (let free = 0; free < 2 ** 32; free++) {
    // The hash is what becomes of b and c; whatever becomes of a is not part of it.
    const words: Words = [free, Math.floor(hash / 2 ** 32), hash >>> 0];
    unfinish(words);
    unmix(words);
    const bytes = new Uint8Array(length);
    const view = new DataView(bytes.buffer);
    for (const index of [0, 1, 2] as const)
      view.setUint32(4 * index, words[index] - start[index], true);
    if (bytes.every((byte) => byte > 0x20 && byte < 0x7f)) return String.fromCharCode(...bytes);
  }
  throw new Error(`No visible text has the hash ${hash}.`);
}

/** Unsigned numbers of 32 bits; a, b and c of the original. */
type Words = [number, number, number];

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** Which of the words each step changes, which it reads, which it adds to, and by how many bits it turns. */
const mixing = [
  [0, 2, 1, 4],
  [1, 0, 2, 6],
  [2, 1, 0, 8],
  [0, 2, 1, 16],
  [1, 0, 2, 19],
  [2, 1, 0, 4],
] as const;

function mix(words: Words): void {
  for (const [changed, read, other, bits] of mixing) {
    words[changed] = ((words[changed] - words[read]) ^ rotate(words[read], bits)) >>> 0;
    words[read] = (words[read] + words[other]) >>> 0;
  }
}

function unmix(words: Words): void {
  for (const [changed, read, other, bits] of mixing.toReversed()) {
    words[read] = (words[read] - words[other]) >>> 0;
    words[changed] = ((words[changed] ^ rotate(words[read], bits)) + words[read]) >>> 0;
  }
}

const finishing = [
  [2, 1, 14],
  [0, 2, 11],
  [1, 0, 25],
  [2, 1, 16],
  [0, 2, 4],
  [1, 0, 14],
  [2, 1, 24],
] as const;

function unfinish(words: Words): void {
  for (const [changed, read, bits] of finishing.toReversed())
    words[changed] = ((words[changed] + rotate(words[read], bits)) ^ words[read]) >>> 0;
}
