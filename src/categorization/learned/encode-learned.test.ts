import { describe, expect, it } from '@jest/globals';
import { collectOpinions, type MatchedTransaction } from '../chain/collect-opinions.ts';
import { judgeOutOfFold } from '../evaluation/judge-out-of-fold.ts';
import type { MatchedRow } from '../patterns/pattern-evidence.ts';
import { decodeLearned, UnreadableLearnedError } from './decode-learned.ts';
import { encodeLearned } from './encode-learned.ts';

const name = (place: number) =>
  [...place.toString(26)]
    .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))
    .join('');

const kinds = [
  'merchant_name/pattern_in_text/words',
  'description/pattern_in_text/inside',
] as const;

/** Merchants of every script, some with contradicting labels, and patterns that are right or wrong. */
function labelledRows(count: number, categoryCount: number): MatchedRow[] {
  return Array.from({ length: count }, (_, place) => ({
    merchantName: [`${name(9_000 + place)} 0423`, 'кафе', '珈琲 12', 'mixed', null][
      place % 5
    ] as string,
    description: `${['bakery', 'garage', 'خبز'][place % 3]} ${name(place % 400)}`,
    categoryId: 1 + (place % categoryCount),
    match:
      place % 4 === 0
        ? { patternId: place % 7, categoryId: 1 + (place % 3), kind: kinds[place % 2] ?? kinds[0] }
        : null,
  }));
}

async function learn(rows: MatchedRow[]) {
  return (await judgeOutOfFold(rows, [], 0.95)).learned;
}

const asked = (rows: MatchedRow[]): MatchedTransaction[] => [
  ...rows,
  { merchantName: 'никто', description: 'bakery', match: null },
  { merchantName: null, description: null, match: null },
];

describe('encodeLearned and decodeLearned', () => {
  it('keep every answer', async () => {
    const rows = labelledRows(600, 3);
    const learned = await learn(rows);
    const decoded = await decodeLearned(encodeLearned(learned));
    expect(await collectOpinions(asked(rows), decoded)).toEqual(
      await collectOpinions(asked(rows), learned),
    );
    expect(decoded.acceptance.precisions).toEqual(learned.acceptance.precisions);
  });

  it('keep memory without a model', async () => {
    const rows = labelledRows(20, 1);
    const decoded = await decodeLearned(encodeLearned(await learn(rows)));
    expect(decoded.model).toBeNull();
    expect(decoded.memory.recall('КАФЕ')?.rowCount).toBe(4);
    await expect(decodeLearned(encodeLearned(await learn([])))).resolves.toMatchObject({
      model: null,
    });
  });

  it('give the same bytes for the same labels', async () => {
    const rows = labelledRows(300, 3);
    expect(encodeLearned(await learn(rows)).equals(encodeLearned(await learn(rows)))).toBe(true);
  });

  it('take some 2 MB for 30 categories', async () => {
    const data = encodeLearned(await learn(labelledRows(6_000, 30)));
    expect(data.length).toBeLessThan(4_000_000);
  });
});

describe('decodeLearned', () => {
  const changed = (data: Buffer, at: number) => {
    const copy = Buffer.from(data);
    copy[at] = (copy[at] as number) ^ 0x55;
    return copy;
  };

  it.each([
    ['bytes of something else', () => Buffer.from('PNG, or anything'), 'no known beginning'],
    ['no bytes', () => Buffer.alloc(0), 'no known beginning'],
    ['a later format', (data: Buffer) => changed(data, 4), 'it has format 84'],
    ['a changed byte', (data: Buffer) => changed(data, data.length - 9), 'damaged'],
    ['missing bytes', (data: Buffer) => data.subarray(0, -1), 'damaged'],
  ])('refuses %s', async (_, change, problem) => {
    const data = encodeLearned(await learn(labelledRows(60, 2)));
    const decoding = decodeLearned(change(data));
    await expect(decoding).rejects.toBeInstanceOf(UnreadableLearnedError);
    await expect(decoding).rejects.toThrow(problem);
  });

  it('reserves no memory for what the bytes only announce', async () => {
    const { crc32 } = await import('node:zlib');
    const body = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x7f]);
    const data = Buffer.concat([Buffer.from('TFLV\x01'), Buffer.alloc(4), body]);
    data.writeUInt32LE(crc32(body), 5);
    await expect(decodeLearned(data)).rejects.toThrow('its parts do not fit together');
  });
});
