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
  limits: { maxLineBytes?: number; spareBlankLines?: number } = {},
): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of splitLines(inChunks(Buffer.from(text as string), sizes), limits))
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
          expect(await split(texts.join('\n'), sizes)).toEqual(expected);
        },
      ),
    );
  });

  it('takes a line of exactly the limit, and refuses one byte more', async () => {
    expect(await split(`${'a'.repeat(10)}\nb`, [4], { maxLineBytes: 10 })).toHaveLength(2);
    await expect(split(`${'a'.repeat(11)}\nb`, [4], { maxLineBytes: 10 })).rejects.toMatchObject({
      code: 'payload_too_large',
    });
    await expect(split('a'.repeat(11), [4], { maxLineBytes: 10 })).rejects.toMatchObject({
      code: 'payload_too_large',
    });
  });

  it('refuses bytes that are no UTF-8', async () => {
    await expect(split(Buffer.from([0x61, 0xff, 0x0a]))).rejects.toMatchObject({
      code: 'invalid_encoding',
    });
    await expect(split(Buffer.from([0xc3]))).rejects.toMatchObject({ code: 'invalid_encoding' });
  });

  it('takes a blank line for each other one and some more, and refuses one beyond that', async () => {
    const spare = { spareBlankLines: 2 };
    expect(await split('a\n\nb\n\n\n\n', [4], spare)).toHaveLength(2);
    await expect(split('a\n\nb\n\n\n\n\n', [4], spare)).rejects.toMatchObject({
      code: 'payload_too_large',
      message: expect.stringContaining('Up to line 7 there are 5 blank lines'),
    });
  });

  it('takes a long line in small chunks in a time that grows with its length alone', async () => {
    const cpuMs = async (bytes: number) => {
      const line = 'x'.repeat(bytes);
      const usedMs: number[] = [];
      // The collection of other tests' garbage may fall into one of these.
      for (let attempt = 1; attempt <= 3; attempt++) {
        const cpu = process.threadCpuUsage();
        expect(await split(`${line}\n`, [1], { maxLineBytes: bytes })).toEqual([
          { text: line, line: 1 },
        ]);
        const { user, system } = process.threadCpuUsage(cpu);
        usedMs.push((user + system) / 1_000);
      }
      return Math.min(...usedMs);
    };
    // Once before, so that the code is compiled.
    await cpuMs(10_000);
    const ofShortLineMs = await cpuMs(10_000);
    // About eight times as much; copying what is there at each chunk would take some hundred times.
    expect(await cpuMs(80_000)).toBeLessThan(32 * ofShortLineMs);
  });
});
