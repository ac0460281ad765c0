import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Batch } from '../../src/db/models/batch.ts';
import { accessibilityViolations, untilTrue, violationsInEachLook } from '../helpers/browser.ts';
import { insertCategory, insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { startTestConsole } from '../helpers/test-console.ts';

let batch: Batch;

const { api, openPage, problems } = await startTestConsole({
  users: {
    'viewer@example.com': 'viewer',
    'editor@example.com': 'editor',
    'admin@example.com': 'admin',
  },
});

beforeAll(async () => {
  await insertCategory(api.database, 'Food & drink', ['food']);
  batch = await insertTestBatch(api.database, [
    makeTransaction({ accountId: 'acc/1', merchantName: 'Corner shop' }),
  ]);
});

async function open(role = 'editor'): Promise<Page> {
  const page = await openPage('/admin/categories', { as: `${role}@example.com` });
  await page.getByRole('link', { name: 'Food & drink' }).waitFor();
  return page;
}

async function openPalette(role?: string): Promise<Page> {
  const page = await open(role);
  await page.keyboard.press('Control+k');
  await input(page).waitFor();
  await untilTrue(page, "document.activeElement?.getAttribute('role') === 'combobox'");
  return page;
}

const input = (page: Page) => page.getByRole('combobox', { name: 'Search pages and actions' });
const option = (page: Page, name: string | RegExp) => page.getByRole('option', { name });
const heading = (page: Page, name: string) =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

test('opens by the keyboard, and goes to a page whose heading has the focus then', async () => {
  const page = await openPalette();
  await page.keyboard.type('trans');
  await option(page, 'Transactions').waitFor();
  await page.keyboard.press('Enter');
  await heading(page, 'Transactions');
  await untilTrue(page, "document.activeElement?.tagName === 'H1'");
  expect(await page.title()).toBe('Transactions · Tallyflow');
  expect(problems()).toEqual([]);
});

test('opens by its button, and gives the focus back to it', async () => {
  const page = await open();
  await page.getByRole('button', { name: /^search Search/ }).click();
  await input(page).waitFor();
  // It is visible before it listens to keys.
  await untilTrue(page, "document.activeElement?.getAttribute('role') === 'combobox'");
  await page.keyboard.press('Escape');
  await input(page).waitFor({ state: 'detached' });
  await untilTrue(page, "document.activeElement?.textContent?.startsWith('Search')");
  expect(problems()).toEqual([]);
});

test.each([
  ['food', /^Food & drink/, 'Food & drink'],
  ['acc/', /^acc\/1/, 'acc/1'],
  ['batch id', /^[\da-f-]{36}/, 'Batch'],
  ['transaction id', /Corner shop/, 'Transactions'],
])('finds by %s', async (typed, name, title) => {
  const ids: Record<string, string> = {
    'batch id': batch.id,
    'transaction id': String(batch.firstTransactionId),
  };
  const page = await openPalette();
  await input(page).fill(ids[typed] ?? typed);
  await option(page, name).click();
  await heading(page, title);
  expect(problems()).toEqual([]);
});

test('says that nothing was found', async () => {
  const page = await openPalette();
  await input(page).fill('no such thing');
  await page.getByText('No results').waitFor();
  expect(problems()).toEqual([]);
});

test('makes a category from any page', async () => {
  const page = await openPalette();
  await input(page).fill('new cat');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByLabel('Name').fill('Made from the palette');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('link', { name: 'Made from the palette' }).waitFor();
  expect(problems()).toEqual([]);
});

test('offers what the role may do', async () => {
  const page = await openPalette('viewer');
  await option(page, 'Batches').waitFor();
  expect(await option(page, 'New category').count()).toBe(0);
  expect(await option(page, 'API keys').count()).toBe(0);
  const admins = await openPalette('admin');
  await option(admins, 'API keys').waitFor();
});

test('turns the colours and signs out', async () => {
  const page = await openPalette();
  await option(page, 'Dark mode').click();
  await untilTrue(page, "document.documentElement.dataset.theme === 'dark'");
  await page.keyboard.press('Control+k');
  await option(page, 'Sign out').click();
  await page.getByLabel('E-mail').waitFor();
  expect(problems()).toEqual([]);
});

test('a question mark shows the shortcuts, save where one types', async () => {
  const page = await open();
  await page.getByLabel('Search categories').press('?');
  expect(await page.getByRole('dialog').count()).toBe(0);
  await page.getByRole('heading', { level: 1 }).press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
});

test('is accessible', async () => {
  const page = await openPalette('editor');
  await input(page).fill('a');
  await option(page, /^acc\/1/).waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
  expect(problems()).toEqual([]);
});

test('an address without a page says so, and leads on', async () => {
  const page = await open();
  await page.goto('/admin/no/such/page');
  await heading(page, 'Page not found');
  expect(await accessibilityViolations(page)).toEqual([]);
  await page.getByRole('link', { name: 'Go to dashboard' }).click();
  await heading(page, 'Dashboard');
});
