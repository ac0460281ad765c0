import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Koa from 'koa';
import type { ConsoleErrorReports } from '../../src/api/console/add-error-reports.ts';
import { consoleRoutes } from '../../src/api/console/routes.ts';
import type { ApiState } from '../../src/api/context.ts';
import { problemDetails } from '../../src/api/middleware/problem-details.ts';
import { securityHeaders } from '../../src/api/middleware/security-headers.ts';

const script = 'console.log("a script that is long enough to be compressed");'.repeat(40);
const servers: Server[] = [];
let root: string;
let url: string;

async function serve(
  folder: string,
  errorReports: ConsoleErrorReports | null = null,
): Promise<string> {
  const app = new Koa<ApiState>();
  app.use(securityHeaders(null));
  app.use(problemDetails());
  app.use(consoleRoutes(errorReports, folder).routes());
  const server = createServer(app.callback());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'tallyflow-console-'));
  await mkdir(path.join(root, 'assets'));
  await writeFile(
    path.join(root, 'index.html'),
    '<!doctype html><head><title>Tallyflow</title></head>',
  );
  await writeFile(path.join(root, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(path.join(root, 'assets/index-abc.js'), script);
  await writeFile(path.join(root, 'assets/index-abc.js.gz'), gzipSync(script));
  await writeFile(path.join(root, 'assets/small-abc.css'), 'a{}');
  await writeFile(path.join(root, 'assets/index-abc.js.map'), '{}');
  url = await serve(root);
});

afterAll(async () => {
  for (const server of servers) server.close().closeAllConnections();
  await rm(root, { recursive: true });
});

describe('the document', () => {
  test.each(['', '/', '/categories', '/categories/7', '/batches/1.5', '/index.html'])(
    'is what /admin%s answers',
    async (place) => {
      const answer = await fetch(`${url}/admin${place}`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(await answer.text()).toContain('<title>Tallyflow</title>');
    },
  );

  test('is asked for again each time, and sent once', async () => {
    const first = await fetch(`${url}/admin/`);
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const etag = first.headers.get('etag') as string;
    // As a browser asks; fetch by itself would say that it wants no stored answer.
    const headers = { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' };
    const second = await fetch(`${url}/admin/`, { headers });
    expect([second.status, await second.text()]).toEqual([304, '']);
  });

  test('allows no script but those of this server', async () => {
    const policy = (await fetch(`${url}/admin/`)).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toContain('script-src');
  });
});

describe('the document with a place for errors', () => {
  const settings = {
    dsn: 'https://key@sentry.example/7',
    environment: 'production',
    release: 'tallyflow@1.2.3',
  };
  const documentOf = async (server: string) => {
    const answer = await fetch(`${server}/admin/`);
    return { text: await answer.text(), etag: answer.headers.get('etag') };
  };

  test('tells the console of it', async () => {
    const { text } = await documentOf(await serve(root, settings));
    const [, content = ''] = /<meta name="error-reports" content="([^"]*)" \/>/.exec(text) ?? [];
    expect(JSON.parse(content.replaceAll('&quot;', '"'))).toEqual(settings);
    expect((await documentOf(url)).text).not.toContain('error-reports');
  });

  test('is another one for browsers that have kept it', async () => {
    const servers = [url, await serve(root, settings)];
    servers.push(await serve(root, { ...settings, dsn: 'https://key@sentry.example/8' }));
    const etags = await Promise.all(servers.map(async (each) => (await documentOf(each)).etag));
    expect(new Set(etags).size).toBe(3);
  });
});

describe('a file', () => {
  test('with a hash in its name is kept for good', async () => {
    const answer = await fetch(`${url}/admin/assets/index-abc.js`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await answer.text()).toBe(script);
  });

  test('is compressed for who takes that, and for no one else', async () => {
    const encoding = async (accepted: string) =>
      (
        await fetch(`${url}/admin/assets/index-abc.js`, {
          headers: { 'Accept-Encoding': accepted },
        })
      ).headers.get('content-encoding');
    expect([await encoding('gzip, br'), await encoding('identity')]).toEqual(['gzip', null]);
  });

  test('without a compressed twin is sent as it is', async () => {
    const answer = await fetch(`${url}/admin/assets/small-abc.css`);
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(await answer.text()).toBe('a{}');
  });

  test('beside the document is asked for again each time', async () => {
    const answer = await fetch(`${url}/admin/favicon.svg`);
    expect(answer.headers.get('content-type')).toBe('image/svg+xml');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
  });

  test.each([
    '/assets/index-old.js',
    '/missing.js',
    '/assets/..%2Findex.html',
    '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
    '/assets/.hidden',
    '/assets/index-abc.js.map',
  ])('that is not there, %s, is a 404 and no document', async (place) => {
    const answer = await fetch(`${url}/admin${place}`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });
});

test('says so where the console was not built', async () => {
  const empty = await serve(path.join(root, 'nothing'));
  const answer = await fetch(`${empty}/admin/`);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('npm run build') });
});

test('the document that is built has no inline script', () => {
  const built = path.resolve(import.meta.dirname, '../../dist/admin-ui/index.html');
  const scripts = readFileSync(built, 'utf8').match(/<script[^>]*>/g) ?? [];
  expect(scripts.length).toBeGreaterThan(0);
  for (const tag of scripts) expect(tag).toContain(' src="/admin/assets/');
});
