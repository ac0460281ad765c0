import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import limits from '../../../contract/limits.json' with { type: 'json' };
import { accepted, type Case, ndjsonType, type Request, refused, row, rows } from '../case.ts';
import { mainLimits } from '../configurations.ts';

const { maxUnfolding } = limits.fixed;

const types = [
  ['JSON', 'application/json'],
  ['NDJSON', ndjsonType],
] as const;

const gzipped = (body: Buffer, type = 'application/json', encoding = 'gzip'): Request => ({
  type,
  body,
  headers: { 'Content-Encoding': encoding },
});

const textOf = (type: string, count = 3): string =>
  type === ndjsonType
    ? rows(count)
        .map((each) => JSON.stringify(each))
        .join('\n')
    : JSON.stringify({ transactions: rows(count) });

/** gzip that gives so many bytes, and then has a block of a type that there is not. */
const endsInABadBlock = (bytes: number): Buffer =>
  Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]),
    deflateRawSync(Buffer.alloc(bytes, ' '), { finishFlush: constants.Z_SYNC_FLUSH }),
    Buffer.from([6]),
  ]);

const noise = Buffer.from(
  Array.from({ length: 2_000 }, (_, index) => (index * 7_919 + ((index * index) % 251)) % 256),
);

/** gzip with a name, a comment, an extra field and a checksum of its head. */
function withHead(text: string): Buffer {
  const plain = gzipSync(text);
  const head = Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 0b1_1100, 0, 0, 0, 0, 0, 3]),
    Buffer.from([3, 0, 1, 2, 3]),
    Buffer.from('name\0comment\0', 'latin1'),
  ]);
  return Buffer.concat([head, plain.subarray(10)]);
}

const wrongChecksum = (text: string): Buffer => {
  const body = gzipSync(text);
  body.writeUInt32LE((body.readUInt32LE(body.length - 8) ^ 1) >>> 0, body.length - 8);
  return body;
};
const wrongLength = (text: string): Buffer => {
  const body = gzipSync(text);
  body.writeUInt32LE(7, body.length - 4);
  return body;
};

/** What unfolds to a little less and a little more than the ratio allows, beyond what is free. */
const unfolds = (ratio: number): Buffer => {
  const spaces = 550_000;
  const head = JSON.stringify({ transactions: [row()] });
  for (let noiseBytes = 1; ; noiseBytes += 50) {
    const random = Array.from({ length: noiseBytes }, (_, index) =>
      String.fromCharCode(33 + ((index * 7_919 + ((index * index) % 83)) % 58)),
    ).join('');
    const text = `{"x":${JSON.stringify(random)},${head.slice(1)}${' '.repeat(spaces)}`;
    const body = gzipSync(text, { level: 9 });
    if (text.length / body.length <= ratio) return body;
  }
};

export const encodings: Case[] = types
  .flatMap(([what, type]) => [
    accepted(`${what} as gzip`, gzipped(gzipSync(textOf(type)), type), {
      batch: { transaction_count: 3 },
    }),
    accepted(`${what} as GZIP`, gzipped(gzipSync(textOf(type)), type, 'GZIP')),
    accepted(
      `${what} that says it is not encoded`,
      gzipped(Buffer.from(textOf(type)), type, 'identity'),
    ),
    accepted(
      `${what} that says it is not encoded, in capitals`,
      gzipped(Buffer.from(textOf(type)), type, 'IDENTITY'),
    ),
    accepted(`${what} with an empty encoding`, gzipped(Buffer.from(textOf(type)), type, '')),
    ...[
      'x-gzip',
      'deflate',
      'br',
      'zstd',
      'compress',
      'gzip, gzip',
      'gzip,identity',
      'gzip;q=1',
      'x',
      '*',
      'utf-8',
    ].map((encoding) =>
      refused(
        `${what} with the encoding ${encoding}`,
        gzipped(gzipSync(textOf(type)), type, encoding),
        'unsupported_media_type',
      ),
    ),
    refused(
      `${what} with two headers for its encoding`,
      {
        ...gzipped(gzipSync(textOf(type)), type),
        headers: { 'Content-Encoding': ['gzip', 'gzip'] },
      },
      'unsupported_media_type',
    ),
    accepted(
      `${what} as gzip in several members`,
      gzipped(
        Buffer.concat(
          [gzipSync(textOf(type).slice(0, 40)), gzipSync('')]
            .slice(1)
            .concat(gzipSync(textOf(type))),
        ),
        type,
      ),
    ),
    accepted(
      `${what} as gzip, filled up with zeros`,
      gzipped(Buffer.concat([gzipSync(textOf(type)), Buffer.alloc(1_000)]), type),
    ),
    accepted(
      `${what} as gzip with a name, a comment and an extra field`,
      gzipped(withHead(textOf(type)), type),
    ),
    accepted(
      `${what} as gzip that is not compressed`,
      gzipped(gzipSync(textOf(type), { level: 0 }), type),
    ),
    accepted(`${what} as gzip in small pieces`, {
      ...gzipped(gzipSync(textOf(type)), type),
      pieceBytes: 5,
    }),
    ...(
      [
        ['nothing', Buffer.alloc(0)],
        ['plain text', Buffer.from(textOf(type))],
        ['noise', noise],
        ['a head alone', gzipSync(textOf(type)).subarray(0, 10)],
        ['gzip that was cut off', gzipSync(textOf(type)).subarray(0, 40)],
        ['gzip without its last byte', gzipSync(textOf(type)).subarray(0, -1)],
        ['gzip without its checksum', gzipSync(textOf(type)).subarray(0, -8)],
        ['gzip with a wrong checksum', wrongChecksum(textOf(type))],
        ['gzip with a wrong length', wrongLength(textOf(type))],
        ['gzip with text behind it', Buffer.concat([gzipSync(textOf(type)), Buffer.from('x')])],
        ['gzip that turns bad', endsInABadBlock(1_000)],
        ['zlib', deflateSync(textOf(type))],
        ['Brotli', brotliCompressSync(textOf(type))],
      ] as const
    ).map(([name, body]) =>
      refused(`${name} as gzip of ${what}`, gzipped(body, type), 'invalid_encoding'),
    ),
    refused(
      `${what} compressed twice`,
      gzipped(gzipSync(gzipSync(textOf(type))), type),
      'invalid_encoding',
    ),
    refused(
      `a bomb of ${what}`,
      gzipped(gzipSync(Buffer.alloc(50_000_000, type === ndjsonType ? '\n' : ' ')), type),
      'payload_too_large',
    ),
  ])
  .concat(
    accepted(
      `JSON that unfolds to ${maxUnfolding} times its size`,
      gzipped(unfolds(maxUnfolding - 3)),
    ),
    refused(`JSON that unfolds to more`, gzipped(unfolds(maxUnfolding + 15)), 'payload_too_large'),
    refused(
      'more bytes of gzip than the limit, which unfold to nothing',
      {
        ...gzipped(Buffer.alloc(mainLimits.MAX_BODY_BYTES + 1_000, gzipSync(''))),
        pieceBytes: 60_000,
      },
      'payload_too_large',
    ),
    refused(
      'more bytes than the limit, as gzip',
      gzipped(gzipSync(`{"x":"${noise.toString('base64').repeat(300)}"}`)),
      'payload_too_large',
    ),
    accepted(
      'as many bytes as the limit, as gzip',
      gzipped(
        gzipSync(
          JSON.stringify({ transactions: [row()], x: noise.toString('base64').repeat(100) }).padEnd(
            mainLimits.MAX_BODY_BYTES,
          ),
        ),
      ),
    ),
  );
