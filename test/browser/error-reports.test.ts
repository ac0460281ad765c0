import { readFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { version } from '../../src/version.ts';
import { settled, startTestBrowser } from '../helpers/browser.ts';
import { type Envelope, startSentryReceiver } from '../helpers/sentry-receiver.ts';
import { startTestApi } from '../helpers/test-api.ts';
import { startTestConsole } from '../helpers/test-console.ts';
import { waitFor } from '../helpers/wait-for.ts';

const sentry = await startSentryReceiver();
const admin = 'admin@example.com';
const { openPage, newPage, api } = await startTestConsole({
  users: { [admin]: 'admin' },
  servers: await startTestApi({
    config: {
      SENTRY_CONSOLE_DSN: sentry.dsn,
      SENTRY_ENVIRONMENT: 'test',
      RELEASE_COMMIT: 'abcdef0',
    },
  }),
});
afterAll(() => sentry.stop());
beforeEach(() => {
  sentry.envelopes.length = 0;
});

const batchId = '0190a0a0-0000-7000-8000-00000000c0de';
/** What must not leave: a text, an amount, an account. */
const secrets = ['JANE DOE', '48151.6234', 'ACC-4815'];

/** Lets the API answer what the console does not expect, as after a mistake in a release. */
async function answerWith(page: Page, address: RegExp, body: unknown): Promise<void> {
  await page.route(address, (route) => route.fulfill({ json: body }));
}

/** The traceparents of requests that the page sends from now on. */
function watchTraces(page: Page): string[] {
  const traceIds: string[] = [];
  page.on('request', async (request) => {
    const traceparent = (await request.allHeaders()).traceparent;
    if (traceparent !== undefined) traceIds.push(traceparent.split('-')[1] as string);
  });
  return traceIds;
}

/** The source that a place in a built file comes from, by the map that is uploaded to Sentry. */
async function sourceOf(frame: { filename: string; lineno: number; colno: number } | undefined) {
  const { filename = '', lineno = 0, colno = 0 } = frame ?? {};
  const file = path.join(
    import.meta.dirname,
    '../../dist/admin-ui',
    `${filename.replace('app:///admin/', '')}.map`,
  );
  const map = new SourceMap(JSON.parse(await readFile(file, 'utf8')));
  const entry = map.findEntry(lineno - 1, colno - 1);
  return 'originalSource' in entry ? entry.originalSource : '';
}

const firstEnvelope = (): Promise<Envelope> => waitFor(async () => sentry.envelopes[0] ?? null);

describe('a page that crashes', () => {
  test('tells its user what to do, and Sentry where it was, without what it showed', async () => {
    const page = await newPage();
    const traceIds = watchTraces(page);
    await answerWith(page, /\/api\/admin\/batches\/[^/]*$/, {
      id: batchId,
      // The rest is missing.
      merchant_name: secrets[0],
      amount: secrets[1],
      account_id: secrets[2],
    });
    await page.goto(`/admin/batches/${batchId}?account=${secrets[2]}`);
    await page.getByText('Something went wrong on this page').waitFor();
    await page.getByRole('button', { name: 'Reload' }).waitFor();
    const { raw, path: place, headers, event } = await firstEnvelope();
    expect(event).toEqual({
      event_id: expect.any(String),
      timestamp: expect.any(Number),
      platform: 'javascript',
      level: 'error',
      environment: 'test',
      release: `tallyflow@${version}+abcdef0`,
      transaction: '/batches/:id',
      tags: { service: 'tallyflow-console', route: '/batches/:id', batch_id: batchId },
      exception: {
        values: [
          {
            type: 'React',
            value: 'The components around it',
            stacktrace: { frames: expect.any(Array) },
          },
          {
            type: 'TypeError',
            value: 'Cannot read properties of undefined',
            stacktrace: { frames: expect.any(Array) },
          },
        ],
      },
      contexts: { trace: { trace_id: traceIds.at(-1), span_id: expect.any(String) } },
      sdk: expect.objectContaining({ settings: { infer_ip: 'never' } }),
    });
    const frames = event.exception?.values.flatMap(({ stacktrace }) => stacktrace?.frames ?? []);
    expect(frames?.length).toBeGreaterThan(3);
    for (const frame of frames ?? [])
      expect(frame.filename).toMatch(/^app:\/\/\/admin\/assets\/[\w.-]+\.js$/);
    const everything = [raw, place, JSON.stringify(headers)].join('\n');
    for (const secret of [...secrets, admin, 'tallyflow_session'])
      expect(everything).not.toContain(secret);
    expect([headers.cookie, headers.referer]).toEqual([undefined, undefined]);
    expect(await sourceOf(frames?.at(-1))).toMatch(/pages\/batches\/batch-show\.tsx$/);
  });
});

describe('an error that nothing catches', () => {
  test.each([
    ['thrown', 'setTimeout(() => { throw new RangeError("JANE DOE") })'],
    ['of a promise', 'void Promise.reject(new RangeError("JANE DOE"))'],
  ])('is sent once, without its message, when it is %s', async (_, code) => {
    const page = await newPage();
    await page.goto('/admin/');
    await settled(page);
    for (let time = 0; time < 3; time++) await page.evaluate(code);
    const { raw, event } = await firstEnvelope();
    expect(event.exception?.values).toEqual([
      { type: 'RangeError', value: 'The message is not sent.' },
    ]);
    expect(event.transaction).toBe('/');
    expect(raw).not.toContain('JANE');
    await page.goto('/admin/');
    await settled(page);
    expect(sentry.envelopes).toHaveLength(1);
  });
});

test('answers that the API refuses, or cannot give, are not sent', async () => {
  const page = await newPage();
  await page.route(/\/api\/admin\/categories\?/, (route) => route.fulfill({ status: 500 }));
  await page.route(/\/api\/admin\/accounts\?/, (route) => route.abort());
  for (const path of ['categories', 'accounts', 'batches/none']) {
    await page.goto(`/admin/${path}`);
    await page.getByRole('alert').first().waitFor();
  }
  expect(sentry.envelopes).toEqual([]);
});

test('pages may send to Sentry, and to nobody else', async () => {
  const elsewhere = await startSentryReceiver();
  const page = await newPage();
  await page.goto('/admin/');
  const isLetOut = (url: string) =>
    page.evaluate(`fetch('${url}', { method: 'POST' }).then(() => true, () => false)`);
  expect([await isLetOut(sentry.origin), await isLetOut(elsewhere.origin)]).toEqual([true, false]);
  expect(elsewhere.envelopes).toEqual([]);
  await elsewhere.stop();
});

test('the code that sends is loaded with the first error, and never where errors go nowhere', async () => {
  const off = await startTestApi({ beside: api });
  const browser = await startTestBrowser(off.url);
  const { page, close } = await browser.open({ as: 'nobody' });
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  await page.goto('/admin/');
  await page.getByLabel('E-mail').waitFor();
  const crash = async (on: Page) =>
    on.evaluate('void Promise.reject(new Error("x")); new Promise(requestAnimationFrame)');
  await crash(page);
  // Something that is loaded on demand as well, so that it would have come.
  await page.goto('/admin/accept-invitation');
  await page.getByRole('heading').first().waitFor();
  const isSender = (url: string) => url.includes('/send-error-');
  expect(loaded.filter(isSender)).toEqual([]);
  await close();
  await browser.close();
  await off.stop();

  const reporting = await openPage('/admin/sign-in', { as: null });
  reporting.on('request', (request) => loaded.push(request.url()));
  await reporting.getByLabel('E-mail').waitFor();
  expect(loaded.filter(isSender)).toEqual([]);
  await crash(reporting);
  await firstEnvelope();
  expect(loaded.filter(isSender)).toHaveLength(1);
});
