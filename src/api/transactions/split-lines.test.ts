import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Line, splitLines } from './split-lines.ts';

async function* inChunks(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(start, start + size);
    start += size;
  }
}

async function split(
  text: string | Buffer,
  sizes: readonly number[] = [3],
  maxLineBytes = 1_000,
): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of splitLines(inChunks(Buffer.from(text as string), sizes), maxLineBytes))
    lines.push(line);
  return lines;
}

describe('splitLines', () => {
  it('counts blank lines, but leaves them out', async () => {
    expect(await split('a\n\n  \r\nb\r\nc')).toEqual([
      { text: 'a', line: 1 },
      { text: 'b\r', line: 4 },
      { text: 'c', line: 5 },
    ]);
  });

  it('gives the same lines wherever the chunks are cut, also inside a character', async () => {
    const line = fc
      .string({ unit: 'binary' })
      .map((text) => text.replaceAll('\n', ' ').toWellFormed());
    await fc.assert(
      fc.asyncProperty(
        fc.array(line),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        async (texts, sizes) => {
          const expected = texts
            .map((text, index) => ({ text: text.replace(/^\ufeff/, ''), line: index + 1 }))
            .filter(({ text }) => text.trim() !== '');
          expect(await split(texts.join('\n'), sizes, 100_000)).toEqual(expected);
        },
      ),
    );
  });

  it('takes a line of exactly the limit, and refuses one byte more', async () => {
    expect(await split(`${'a'.repeat(10)}\nb`, [4], 10)).toHaveLength(2);
    await expect(split(`${'a'.repeat(11)}\nb`, [4], 10)).rejects.toMatchObject({
      code: 'payload_too_large',
    });
    await expect(split('a'.repeat(11), [4], 10)).rejects.toMatchObject({
      code: 'payload_too_large',
    });
  });

  it('refuses bytes that are no UTF-8', async () => {
    await expect(split(Buffer.from([0x61, 0xff, 0x0a]))).rejects.toMatchObject({
      code: 'invalid_encoding',
    });
    await expect(split(Buffer.from([0xc3]))).rejects.toMatchObject({ code: 'invalid_encoding' });
  });
});
