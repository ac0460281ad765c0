import { randomBytes } from 'node:crypto';
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type MeasuredApi, startMeasuredApi } from '../helpers/measured-api.ts';

// No encoding of a body ends the process, whoever sends it: each is refused with a reason, or read.

const key = randomBytes(32).toString('base64url');
const batches = '/api/integrations/transactions';
let api: MeasuredApi;

beforeAll(async () => {
  api = await startMeasuredApi({
    BOOTSTRAP_API_KEY: key,
    RATE_LIMIT_PER_MINUTE: '1000000',
    UNAUTHENTICATED_PER_MINUTE: '1000000',
  });
});
afterAll(async () => {
  await api?.stop();
});

interface Operation {
  requestBody?: { content: Record<string, unknown> };
}

/** Each route that reads a body under the path, and each media type that it reads. */
async function bodyRoutes(prefix: string): Promise<[string, string, string][]> {
  const { paths } = (await (await fetch(`${api.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  return Object.entries(paths)
    .filter(([path]) => path.startsWith(prefix))
    .flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { requestBody }]) =>
        Object.keys(requestBody?.content ?? {}).map((type): [string, string, string] => [
          method.toUpperCase(),
          path.replaceAll(/\{\w+\}/g, '1'),
          type,
        ]),
      ),
    );
}

interface Sent {
  method?: string;
  path: string;
  type?: string;
  encoding: string;
  body: Buffer;
  isSignedIn?: boolean;
}

async function send({ method = 'POST', path, type, encoding, body, isSignedIn = true }: Sent) {
  const response = await fetch(api.url + path, {
    method,
    headers: {
      'Content-Type': type ?? 'application/json',
      'Content-Encoding': encoding,
      ...(isSignedIn && { Authorization: `Bearer ${key}` }),
    },
    body,
  });
  return { status: response.status, problem: (await response.json()) as Record<string, unknown> };
}

/** gzip that gives so many bytes, and then has a block of a type that there is not. */
const endsInABadBlock = (bytes: number): Buffer =>
  Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]),
    deflateRawSync(Buffer.alloc(bytes), { finishFlush: constants.Z_SYNC_FLUSH }),
    Buffer.from([6]),
  ]);

const json = Buffer.from('{"reason":"x"}');
const bodies: Record<string, Buffer> = {
  gzip: gzipSync(json),
  'gzip twice': gzipSync(gzipSync(json)),
  deflate: deflateSync(json),
  brotli: brotliCompressSync(json),
  'plain text': json,
  garbage: randomBytes(2_000),
  'gzip that was cut off': gzipSync(randomBytes(2_000)).subarray(0, 1_000),
  'gzip that turns bad': endsInABadBlock(1_000),
  'gzip that turns bad beyond the limit': endsInABadBlock(16_384),
  'gzip that turns bad far beyond the limit': endsInABadBlock(256 * 1024),
};
const encodings = [
  'gzip',
  'GZIP',
  'x-gzip',
  'deflate',
  'br',
  'zstd',
  'gzip, gzip',
  'IDENTITY',
  'x',
];

async function expectAlive(): Promise<void> {
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
}

describe('a body that is compressed', () => {
  test.each(['/api/admin/session', '/api/admin/invitations/accept'])(
    'does not end the process at %s, which is open to all',
    async (path) => {
      const body = endsInABadBlock(16_384);
      const answer = await send({ path, encoding: 'gzip', body, isSignedIn: false });
      expect(answer).toMatchObject({ status: 415, problem: { code: 'unsupported_media_type' } });
      await expectAlive();
    },
  );

  test('is refused by each administrative route', async () => {
    const routes = await bodyRoutes('/api/admin/');
    expect(routes.length).toBeGreaterThan(20);
    for (const [method, path, type] of routes) {
      for (const encoding of encodings) {
        const answers = await Promise.all(
          Object.entries(bodies).map(async ([what, body]) => {
            const { status, problem } = await send({ method, path, type, encoding, body });
            return { what, status, detail: problem.detail };
          }),
        );
        expect({ path, encoding, answers }).toEqual({
          path,
          encoding,
          answers: Object.keys(bodies).map((what) => ({
            what,
            status: 415,
            detail: 'Send the body uncompressed, without Content-Encoding.',
          })),
        });
      }
      await expectAlive();
    }
  });

  test('is refused by batches, but for gzip', async () => {
    for (const type of ['application/json', 'application/x-ndjson']) {
      for (const encoding of encodings) {
        for (const [what, body] of Object.entries(bodies)) {
          const { status, problem } = await send({ path: batches, type, encoding, body });
          const isRead = ['gzip', 'identity'].includes(encoding.toLowerCase());
          expect({ type, encoding, what, status, problem }).toMatchObject({
            status: isRead ? 400 : 415,
            problem: { detail: expect.stringMatching(/\w/) },
          });
        }
      }
      // The bad block comes when the body is refused already: for its first byte, or for how far it unfolds.
      const body = endsInABadBlock(4 * 1024 * 1024);
      const { status } = await send({ path: batches, type, encoding: 'gzip', body });
      expect(status).toBe(type === 'application/json' ? 400 : 413);
    }
    await expectAlive();
  });
});

test('bytes that are no JSON are refused by each administrative route', async () => {
  for (const [method, path, type] of await bodyRoutes('/api/admin/')) {
    for (const [what, body] of Object.entries(bodies)) {
      if (body === json) continue;
      const { status, problem } = await send({ method, path, type, encoding: 'identity', body });
      const isRefused = status >= 400 && status < 500 && problem.detail !== '';
      expect({ method, path, what, status, isRefused, problem }).toMatchObject({ isRefused: true });
    }
  }
  await expectAlive();
});
