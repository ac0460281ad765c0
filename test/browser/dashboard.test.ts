import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Batch } from '../../src/db/models/batch.ts';
import { todayUtc } from '../../src/domain/calendar-date.ts';
import { violationsInEachLook } from '../helpers/browser.ts';
import {
  insertCategory,
  insertCompletedBatch,
  insertTestBatch,
  makeTransaction,
} from '../helpers/insert-test-batch.ts';
import { startTestConsole } from '../helpers/test-console.ts';

const viewer = 'viewer@example.com';
const date = todayUtc();

const { api, openPage } = await startTestConsole({
  users: { [viewer]: 'viewer' },
});

beforeAll(async () => {
  const food = await insertCategory(api.database, 'Food', ['food']);
  const rows = [
    { amount: '-10.10', merchantName: 'food' },
    { amount: '-0.0001', merchantName: 'food' },
    { amount: '3.00', merchantName: 'food' },
    { amount: '-2.00', merchantName: 'Blue Door #1' },
    { amount: '-2.00', merchantName: 'Blue Door #2' },
    { amount: '-7.00', merchantName: 'food', currency: 'EUR' },
  ].map((row) => makeTransaction({ date, ...row }));
  await insertCompletedBatch(api.database, rows, ({ merchantName }) =>
    merchantName === 'food' ? food : null,
  );
  const failed = await insertTestBatch(api.database, [
    makeTransaction({ date: '2020-01-01' }),
    makeTransaction({ date: '2020-01-01' }),
  ]);
  await Batch.query(api.database)
    .findById(failed.id)
    .patch({ status: 'failed', failureReason: 'The disk was full.' });
});

async function open(): Promise<Page> {
  const page = await openPage('/admin/', { as: viewer });
  await page.getByRole('link', { name: 'Batches: 2, show the batches' }).waitFor();
  return page;
}

const rowsOf = (page: Page, table: string) =>
  page.getByRole('table', { name: table }).locator('tbody tr.clickable-row');

test('says what came in, what share of it has a category, and what has failed', async () => {
  const page = await open();
  await page.getByRole('link', { name: 'Transactions: 8, show the batches' }).waitFor();
  await page.getByText('66% of processed').waitFor();
  await page.getByText('1 batch failed').waitFor();
});

test.each([
  [/^Batches: 2/, 'Batches', 2],
  ['1 batch failed', 'Batches', 1],
  ['2 transactions not processed', 'Transactions', 2],
  // USD has most transactions, and is shown first.
  [/^Food 2$/, 'Transactions', 2],
  [/^Uncategorized 2$/, 'Transactions', 2],
] as const)('leads from "%s" to as many rows: %s, %i', async (name, table, count) => {
  const page = await open();
  await page.getByRole('main').getByRole('link', { name }).click();
  const rows = rowsOf(page, table);
  await rows.nth(count - 1).waitFor();
  expect(await rows.count()).toBe(count);
});

test('has the numbers of its chart as a table, which lead to the rows of the day', async () => {
  const page = await open();
  await page.getByText('Daily figures').click();
  const table = page.getByRole('table', { name: 'Spend and income by day, USD' });
  expect(await table.locator('tbody tr').allInnerTexts()).toEqual([
    expect.stringMatching(new RegExp(`${date}\\s+-14\\.1001\\s+3\\.00\\s+5`)),
  ]);
  await table.getByRole('link', { name: '5', exact: true }).click();
  const rows = rowsOf(page, 'Transactions');
  await rows.nth(4).waitFor();
  expect(await rows.count()).toBe(5);
});

test('shows the largest uncategorized merchants with as many transactions as their group has', async () => {
  const page = await open();
  await page.getByRole('link', { name: 'blue door: 2, show the merchant' }).click();
  await page.getByRole('heading', { level: 1, name: 'Uncategorized' }).waitFor();
  await page.getByText('blue door', { exact: true }).waitFor();
  await page.getByText('2 transactions', { exact: true }).waitFor();
});

test('looks back as far as the address says', async () => {
  const page = await open();
  await page.getByText('30 days', { exact: true }).click();
  await page.waitForURL(/days=30/);
  await page.reload();
  await page.getByRole('radio', { name: '30 days', checked: true }).waitFor({ state: 'attached' });
});

test('is accessible', async () => {
  const page = await open();
  await page.getByText('Daily figures').click();
  expect(await violationsInEachLook(page)).toEqual([]);
});
