/**
 * Signatures of texts: for every three characters that follow one another a bit is set. A text that contains
 * another has all of its bits, so a signature that lacks one rules the text out; it never rules out too much.
 */

/** Few enough for PostgreSQL to keep a signature within the row, where it is read fastest. */
export const signatureBytes = 1_024;

const gramLength = 3;

/** Taken once: where tests run, each look at a global costs more than the rest of a bit. */
const { imul } = Math;

/** Spreads grams evenly over the bits, whatever the texts are made of (multipliers as of MurmurHash3). */
function bitOf(text: string, at: number): number {
  const first = imul(text.charCodeAt(at), 0x85ebca6b);
  const second = imul(first ^ text.charCodeAt(at + 1), 0xc2b2ae35);
  return imul(second ^ (second >>> 13) ^ text.charCodeAt(at + 2), 0x9e3779b1) >>> 19;
}

/** The bits that are set for a text, each once; none for one of less than three characters. */
export function signatureBits(text: string): number[] {
  const bits = new Set<number>();
  for (let at = 0; at + gramLength <= text.length; at++) bits.add(bitOf(text, at));
  return [...bits];
}

/** Of several texts, in whatever order. A bit b is bit b % 8 of byte b / 8, as PostgreSQL's get_bit counts. */
export function textSignature(texts: Iterable<string>): Buffer {
  const signature = Buffer.alloc(signatureBytes);
  for (const text of texts) {
    for (let at = 0; at + gramLength <= text.length; at++) {
      const bit = bitOf(text, at);
      signature[bit >>> 3] = (signature[bit >>> 3] as number) | (1 << (bit & 7));
    }
  }
  return signature;
}
