import { beforeEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { violationsInEachLook } from '../helpers/browser.ts';
import { startTestConsole } from '../helpers/test-console.ts';
import { emptyTables } from '../helpers/test-database.ts';
import { startTestStack } from '../helpers/test-stack.ts';

const editor = 'editor@example.com';
const viewer = 'viewer@example.com';

const stack = await startTestStack();
const { openPage, problems } = await startTestConsole({
  users: { [editor]: 'editor', [viewer]: 'viewer' },
  servers: stack,
});

beforeEach(async () => {
  const { database } = stack.api;
  await emptyTables(database);
  await stack.api.post('/api/admin/categories', { name: 'Coffee' });
  await stack.process([
    ...Array.from({ length: 3 }, (_, i) => ({
      accountId: 'acc-1',
      merchantName: `TIM HORTONS #${i}`,
      amount: '-2.50',
    })),
    { merchantName: 'PUB 22', amount: '-9.00', currency: 'CAD' },
    { merchantName: 'Public Library', amount: '-1.00' },
  ]);
});

async function open(email = editor): Promise<Page> {
  const page = await openPage('/admin/uncategorized-groups', { as: email });
  await page.getByText('tim hortons', { exact: true }).waitFor();
  return page;
}

const categoriesOf = async (query: string): Promise<(string | null)[]> =>
  (await stack.api.get(`/api/admin/transactions?_sort=id&${query}`)).body.map(
    ({ category }: { category: string | null }) => category,
  );

async function chooseCategory(page: Page, text: string, option: string): Promise<void> {
  await page.getByLabel('Category', { exact: true }).fill(text);
  await page.locator('.ant-select-item-option', { hasText: option }).click();
}

test('one action makes a pattern, and gives its category to what is stored', async () => {
  const page = await open();
  await page.getByText('3 transactions', { exact: true }).waitFor();
  await page.getByText('-7.50').waitFor();
  await page.getByRole('button', { name: 'Categorize tim hortons' }).click();
  expect(await page.getByLabel('Pattern').inputValue()).toBe('tim hortons');
  await chooseCategory(page, 'coff', 'Coffee');
  await page.getByRole('button', { name: 'Save and apply' }).click();
  await page.getByText('3 transactions changed.').waitFor();
  await page.getByRole('button', { name: 'Categorize tim hortons' }).waitFor({ state: 'detached' });
  expect(await categoriesOf('account_id=acc-1&q=tim')).toEqual(['Coffee', 'Coffee', 'Coffee']);
  const { body } = await stack.api.get(
    '/api/reports/account/acc-1/summary?start_date=2026-01-01&end_date=2026-01-31&currency=USD',
  );
  expect(body.top_spending_categories[0]).toMatchObject({
    category: 'Coffee',
    total_spend: '-7.50',
  });
  expect(problems()).toEqual([]);
});

test('shows what a pattern would do before it is saved', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Categorize pub', exact: true }).click();
  await page
    .getByText(/2 .*Uncategorized/)
    .first()
    .waitFor();
  await page.getByLabel('Whole words only').check();
  await page
    .getByText(/1 .*Uncategorized/)
    .first()
    .waitFor();
  expect(problems()).toEqual([]);
});

test('makes a category that is not there yet', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Categorize pub', exact: true }).click();
  await chooseCategory(page, 'Bars', 'New category “Bars”');
  await page.getByLabel('Whole words only').check();
  await page.getByRole('button', { name: 'Save and apply' }).click();
  await page.getByText('1 transaction changed.').waitFor();
  expect(await categoriesOf('q=pub')).toEqual(['Bars', null]);
  expect(problems()).toEqual([]);
});

test('says at the field what is wrong with a pattern', async () => {
  const page = await open();
  await stack.api.post('/api/admin/categories/import', {
    categories: [{ name: 'Coffee', patterns: ['horton'] }],
  });
  await page.getByRole('button', { name: 'Categorize tim hortons' }).click();
  await page.getByLabel('Pattern').fill('HORTON');
  await chooseCategory(page, 'coff', 'Coffee');
  await page.getByRole('button', { name: 'Save and apply' }).click();
  await page.getByText(/Already exists/).waitFor();
});

test('leads to the transactions of a group, and back to the queue', async () => {
  const page = await open();
  await page.getByRole('link', { name: '3 transactions' }).click();
  await page.getByRole('heading', { name: 'Transactions' }).waitFor();
  await page.getByRole('link', { name: 'TIM HORTONS #2' }).waitFor();
  expect(await page.getByRole('link', { name: /TIM HORTONS/ }).count()).toBe(3);
  await page.goBack();
  await page.getByRole('button', { name: 'Categorize tim hortons' }).waitFor();
  expect(problems()).toEqual([]);
});

test('a viewer sees it, and is offered no change', async () => {
  const page = await open(viewer);
  expect(await page.getByRole('button', { name: /Categorize/ }).count()).toBe(0);
  expect(problems()).toEqual([]);
});

test('is accessible', async () => {
  const page = await open(editor);
  await page.getByRole('button', { name: 'Categorize tim hortons' }).click();
  await page
    .getByText(/3 .*Uncategorized/)
    .first()
    .waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
});
