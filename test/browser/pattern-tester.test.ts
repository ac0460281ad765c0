import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  accessibilityViolations,
  signInOn,
  startTestBrowser,
  type TestBrowser,
  type TestPage,
  type TestPageOptions,
} from '../helpers/browser.ts';
import { insertUser } from '../helpers/sign-in.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';

let api: TestApi;
let browser: TestBrowser;
let opened: TestPage | undefined;

beforeAll(async () => {
  api = await startTestApi();
  browser = await startTestBrowser(api.url);
  await insertUser(api, 'viewer@example.com', 'viewer');
  await api.post('/api/admin/categories/import', {
    categories: [
      { name: 'Groceries', patterns: ['tesco'] },
      { name: 'Travel', patterns: ['uber', 'uber eats', { pattern: 'pub', match_mode: 'word' }] },
    ],
  });
}, 60_000);

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

afterAll(async () => {
  await browser?.close();
  await api?.stop();
});

async function open(options?: TestPageOptions): Promise<Page> {
  opened = await browser.open({ ...options, as: 'viewer@example.com' });
  await opened.page.goto('/admin/pattern-tester');
  await signInOn(opened.page, 'viewer@example.com');
  await opened.page.getByText('Type a merchant or a description').waitFor();
  return opened.page;
}

test('shows while one types which pattern wins, where it stands, and why others lose', async () => {
  const page = await open();
  await page.getByLabel('Merchant').fill('UBER  EATS 42');
  await page.getByLabel('Description').fill('a tesco');
  const losers = page.getByRole('region', { name: 'Patterns that lose' });
  await losers.getByText('the description comes after the merchant').waitFor();
  await losers.getByText('shorter', { exact: true }).waitFor();
  expect(await page.locator('mark').allTextContents()).toEqual(['UBER  EATS', 'UBER', 'tesco']);
  expect(opened?.problems).toEqual([]);
});

test('says that nothing matches', async () => {
  const page = await open();
  await page.getByLabel('Merchant').fill('public');
  await page.getByText('No pattern matches.').waitFor();
  await page.getByLabel('Merchant').fill('the pub');
  await page.getByText('whole words').waitFor();
  expect(opened?.problems).toEqual([]);
});

test.each([
  { width: 1280, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
] as const)('is accessible: %j', async (options) => {
  const page = await open(options);
  await page.getByLabel('Merchant').fill('uber eats tesco');
  await page.getByText('2 others match too, and lose:').waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
    options.width,
  );
  expect(opened?.problems).toEqual([]);
});
