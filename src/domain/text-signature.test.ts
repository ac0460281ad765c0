import { describe, expect, it } from '@jest/globals';
import { signatureBits, signatureBytes, textSignature } from './text-signature.ts';

const has = (signature: Buffer, bit: number) => ((signature[bit >>> 3] ?? 0) >> (bit & 7)) & 1;
const mayContain = (signature: Buffer, part: string) =>
  signatureBits(part).every((bit) => has(signature, bit) === 1);
const texts = [
  '',
  'ab',
  'abc',
  'pos purchase 0423\x01walmart #123',
  'münchen 💶 \ud800',
  'ß'.repeat(9),
];

describe('textSignature', () => {
  it.each(texts)('has the bits of all that %j contains', (text) => {
    const signature = textSignature([text]);
    for (let from = 0; from <= text.length; from++)
      for (let to = from; to <= text.length; to++)
        expect(mayContain(signature, text.slice(from, to))).toBe(true);
  });

  it('tells most texts apart', () => {
    const words = Array.from({ length: 300 }, (_, index) => `merchant ${index * 7_919} inc`);
    const searches = Array.from({ length: 500 }, (_, index) => `q${index * 104_729}x`);
    const signature = textSignature(words);
    expect(searches.filter((search) => mayContain(signature, search)).length).toBeLessThan(50);
  });

  it('spreads grams over all bits', () => {
    const bits = new Set<number>();
    for (let a = 32; a < 127; a++)
      for (let b = 32; b < 127; b++)
        for (const bit of signatureBits(`x${String.fromCharCode(a, b)}`)) bits.add(bit);
    expect(Math.max(...bits)).toBeLessThan(signatureBytes * 8);
    // 9,025 grams thrown at random would hit 67 % of 8,192 bits.
    expect(bits.size).toBeGreaterThan(0.6 * signatureBytes * 8);
  });

  it('of less than three characters says nothing', () => {
    expect(signatureBits('ab')).toEqual([]);
    expect(textSignature(['ab']).equals(Buffer.alloc(signatureBytes))).toBe(true);
  });
});
