import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { type BodySource, readBytes } from './read-body.ts';

/** A request whose body comes in these pieces. */
const gzipped = (...pieces: Buffer[]): BodySource =>
  ({
    req: Readable.from(pieces, { objectMode: false }),
    get: (header: string) => (header === 'content-encoding' ? 'gzip' : ''),
  }) as unknown as BodySource;

async function read(source: BodySource, maxBytes = 100_000_000): Promise<Buffer[]> {
  return Array.fromAsync(readBytes(source, maxBytes));
}

const contentOf = async (...pieces: Buffer[]) =>
  Buffer.concat(await read(gzipped(...pieces))).toString();

const invalid = { code: 'invalid_encoding' };
const row = '{"transaction_id":"t","account_id":"a","amount":"1","currency":"USD"}\n';

describe('a gzip body', () => {
  it('that holds the same row time and again is read', async () => {
    const rows = Array.from({ length: 50_000 }, (_, id) => row.replace('"t"', `"t-${id}"`)).join(
      '',
    );
    expect(await contentOf(gzipSync(rows))).toBe(rows);
  });

  it('may unfold to half a mebibyte of anything', async () => {
    const zeros = Buffer.alloc(512 * 1024);
    expect((await contentOf(gzipSync(zeros))).length).toBe(zeros.length);
  });

  it('is refused where it unfolds to more than 200 times its size, however much was allowed', async () => {
    const bomb = gzipSync(Buffer.alloc(60_000_000));
    let read = 0;
    const reading = async () => {
      for await (const chunk of readBytes(gzipped(bomb), 100_000_000)) read += chunk.length;
    };
    await expect(reading()).rejects.toMatchObject({
      code: 'payload_too_large',
      message: expect.stringContaining('200 times'),
    });
    expect(read).toBeLessThan(1_000_000);
  });

  it('is measured against what of it was unfolded, not against all that was sent', async () => {
    // What cannot be compressed comes behind a bomb, and would pay for it.
    const noise = Buffer.alloc(1_000_000, 0).map(() => Math.random() * 256);
    const bomb = gzipSync(Buffer.alloc(60_000_000));
    await expect(read(gzipped(bomb, gzipSync(noise)))).rejects.toMatchObject({
      code: 'payload_too_large',
    });
  });

  it('is refused where more of it is sent than may be, though it unfolds to nothing', async () => {
    const nothing = gzipSync('');
    const sent = Array.from({ length: 1_000 }, () => nothing);
    await expect(read(gzipped(...sent), 10_000)).rejects.toMatchObject({
      code: 'payload_too_large',
      message: 'The body must have at most 10000 bytes.',
    });
    await expect(read(gzipped(...sent), 1_000 * nothing.length)).resolves.toEqual([]);
  });

  it('comes in pieces of bounded size', async () => {
    const text = Buffer.from(row.repeat(20_000));
    const chunks = await read(gzipped(gzipSync(text, { level: 1 })));
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(128 * 1024);
  });

  it('may have several members, which are one text', async () => {
    const [a, b] = [gzipSync('a'), gzipSync('b')];
    expect(await contentOf(a, b)).toBe('ab');
    expect(await contentOf(Buffer.concat([a, b]))).toBe('ab');
    expect(await contentOf(Buffer.concat([a, b.subarray(0, 5)]), b.subarray(5))).toBe('ab');
  });

  it('may be filled up with zeros behind its end, and with nothing else', async () => {
    const zeros = Buffer.alloc(1_000);
    const noise = Buffer.from('no gzip');
    const text = gzipSync('a');
    expect(await contentOf(Buffer.concat([text, zeros]))).toBe('a');
    expect(await contentOf(text, zeros)).toBe('a');
    await expect(contentOf(Buffer.concat([text, noise]))).rejects.toMatchObject(invalid);
    await expect(contentOf(text, noise)).rejects.toMatchObject(invalid);
  });

  it('is refused where it is broken or cut off', async () => {
    const whole = gzipSync('some text');
    for (const bytes of [Buffer.from('no gzip'), whole.subarray(0, -1), Buffer.alloc(0)])
      await expect(read(gzipped(bytes))).rejects.toMatchObject(invalid);
  });
});
