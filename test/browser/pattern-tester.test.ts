import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { violationsInEachLook } from '../helpers/browser.ts';
import { startTestConsole } from '../helpers/test-console.ts';

const { api, openPage, problems } = await startTestConsole({
  users: { 'viewer@example.com': 'viewer' },
});

beforeAll(async () => {
  await api.post('/api/admin/categories/import', {
    categories: [
      { name: 'Groceries', patterns: ['tesco'] },
      { name: 'Travel', patterns: ['uber', 'uber eats', { pattern: 'pub', match_mode: 'word' }] },
    ],
  });
});

async function open(): Promise<Page> {
  const page = await openPage('/admin/pattern-tester', { as: 'viewer@example.com' });
  await page.getByText('Enter a merchant or a description').waitFor();
  return page;
}

test('shows while one types which pattern wins, where it stands, and why others lose', async () => {
  const page = await open();
  await page.getByLabel('Merchant').fill('UBER  EATS 42');
  await page.getByLabel('Description').fill('a tesco');
  const losers = page.getByRole('region', { name: 'Patterns that lose' });
  await losers.getByText('a match in the merchant wins over one in the description').waitFor();
  await losers.getByText('shorter pattern', { exact: true }).waitFor();
  expect(await page.locator('mark').allTextContents()).toEqual(['UBER  EATS', 'UBER', 'tesco']);
  expect(problems()).toEqual([]);
});

test('says that nothing matches', async () => {
  const page = await open();
  await page.getByLabel('Merchant').fill('public');
  await page.getByText('No pattern matches.').waitFor();
  await page.getByLabel('Merchant').fill('the pub');
  await page.getByText('whole words').waitFor();
  expect(problems()).toEqual([]);
});

test('is accessible', async () => {
  const page = await open();
  await page.getByLabel('Merchant').fill('uber eats tesco');
  await page.getByText('Other patterns match, but lose:').waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
  expect(problems()).toEqual([]);
});
