import { beforeEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { accessibilityViolations, violationsInEachLook } from '../helpers/browser.ts';
import { insertCompletedBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { startTestConsole } from '../helpers/test-console.ts';
import { emptyTables } from '../helpers/test-database.ts';

const { api, openPage, problems } = await startTestConsole({
  users: { 'editor@example.com': 'editor', 'viewer@example.com': 'viewer' },
});

beforeEach(async () => {
  await emptyTables(api.database);
  await api.post('/api/admin/categories/import', {
    categories: [
      { name: 'Groceries', color: '#2e7d32', patterns: ['walmart', 'tesco'] },
      {
        name: 'Travel',
        color: '#1565c0',
        patterns: ['uber', { pattern: 'inn', match_mode: 'word' }],
      },
    ],
  });
});

async function open(path: string, user = 'editor'): Promise<Page> {
  const page = await openPage(path, { as: `${user}@example.com` });
  return page;
}

/** Stores completed rows without a category. Returns the first id. */
async function insertRows(...merchants: string[]): Promise<number> {
  const batch = await insertCompletedBatch(
    api.database,
    merchants.map((merchantName) => makeTransaction({ merchantName })),
  );
  return batch.firstTransactionId as number;
}

const patterns = async (query = ''): Promise<string[]> =>
  (await api.get(`/api/admin/category-patterns?_sort=pattern&${query}`)).body.map(
    ({ pattern }: { pattern: string }) => pattern,
  );

test('shows what a new pattern would move before it is saved', async () => {
  await insertRows('ALDI 1', 'ALDI 2', 'RIVALDI');
  const page = await open('/admin/category-patterns');
  await page.getByRole('button', { name: 'New pattern' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Pattern').fill('aldi');
  await drawer.getByText('3 from Uncategorized to the category you choose').waitFor();
  await drawer.getByRole('combobox', { name: 'Category' }).click();
  await page.locator('.ant-select-item-option').getByText('Groceries').click();
  await drawer.getByText('3 from Uncategorized to Groceries').waitFor();
  await drawer.getByTitle('Anywhere').click();
  await page.locator('.ant-select-item-option').getByText('Whole words').click();
  await drawer.getByText('2 from Uncategorized to Groceries').click();
  await drawer.getByRole('link', { name: 'ALDI 2' }).waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  await drawer.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('table').getByText('aldi', { exact: true }).waitFor();
  expect(await patterns('match_mode=word')).toEqual(['aldi', 'inn']);
  expect(problems()).toEqual([]);
});

test('saves a pattern and applies it to history in one go', async () => {
  const page = await open('/admin/category-patterns');
  await page.getByRole('button', { name: 'Edit uber' }).click();
  const drawer = page.getByRole('dialog');
  await page.locator('input[value="uber"]').waitFor();
  await drawer.getByRole('button', { name: 'Save and apply' }).click();
  await page.getByText('The categorizers decide again').waitFor();
  const [run] = (await api.get('/api/admin/recategorizations')).body;
  const [pattern] = (await api.get('/api/admin/category-patterns?pattern=uber')).body;
  expect(run).toMatchObject({
    scope: 'all',
    pattern_id: pattern.id,
    requested_by: expect.stringMatching(/^User \d+$/),
  });
  expect(problems()).toEqual([]);
});

test('says which patterns a new one overlaps with', async () => {
  const page = await open('/admin/category-patterns');
  await page.getByRole('button', { name: 'New pattern' }).click();
  await page.getByRole('dialog').getByLabel('Pattern').fill('walmart fuel');
  await page.getByText('Your pattern wins over these when both match:').waitFor();
});

test('says in words that counting took too long', async () => {
  const page = await open('/admin/category-patterns');
  await page.getByRole('button', { name: 'New pattern' }).click();
  const holder = await api.database.transaction();
  try {
    await holder.raw('LOCK TABLE transactions IN ACCESS EXCLUSIVE MODE');
    await page.getByRole('dialog').getByLabel('Pattern', { exact: true }).fill('greggs');
    await page
      .getByText(/Could not count the matching transactions in time/)
      .waitFor({ timeout: 20_000 });
  } finally {
    await holder.rollback();
  }
  expect(problems()).toEqual([]);
}, 40_000);

test('shows the effect beneath a category, too', async () => {
  await insertRows('ALDI 1');
  const { body } = await api.get('/api/admin/categories?name=Travel');
  const page = await open(`/admin/categories/${body[0].id}`);
  await page.getByLabel('Pattern', { exact: true }).fill('aldi');
  await page.getByText('1 from Uncategorized to Travel').waitFor();
  expect(problems()).toEqual([]);
});

test('moves many at once', async () => {
  const page = await open('/admin/category-patterns');
  await page.getByLabel('Select tesco').check();
  await page.getByLabel('Select walmart').check();
  await page.getByText('2 patterns selected').waitFor();
  await page.getByRole('combobox', { name: 'Move to' }).click();
  await page.locator('.ant-select-item-option').getByText('Travel').click();
  await page.getByText('2 patterns moved').waitFor();
  await page.getByText('2 patterns selected').waitFor({ state: 'detached' });
  const { body } = await api.get('/api/admin/categories?name=Travel');
  expect(await patterns(`category_id=${body[0].id}`)).toEqual(['inn', 'tesco', 'uber', 'walmart']);
  expect(problems()).toEqual([]);
});

test('deletes many at once after a question', async () => {
  const page = await open('/admin/category-patterns');
  await page.getByLabel('Select tesco').check();
  await page.getByRole('button', { name: 'Select all on this page' }).click();
  await page.getByText('4 patterns selected').waitFor();
  const actions = page.getByRole('toolbar', { name: 'Selected patterns' });
  await actions.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('tooltip').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No patterns yet').waitFor();
  expect(await patterns()).toEqual([]);
  expect(problems()).toEqual([]);
});

test('filters by mode, and keeps it in the address', async () => {
  const page = await open('/admin/category-patterns');
  await page.getByRole('combobox', { name: 'Matches' }).click();
  await page.locator('.ant-select-item-option').getByText('Whole words').click();
  await page.getByText('walmart', { exact: true }).waitFor({ state: 'detached' });
  await page.reload();
  await page.getByText('inn', { exact: true }).waitFor();
  expect(await page.getByText('walmart', { exact: true }).count()).toBe(0);
});

test('offers nothing to change to a viewer', async () => {
  const page = await open('/admin/category-patterns', 'viewer');
  await page.getByText('walmart', { exact: true }).waitFor();
  expect(await page.getByRole('checkbox').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'New pattern' }).count()).toBe(0);
});

test('merges a category into another one, with a word on what that does', async () => {
  const { body } = await api.get('/api/admin/categories?name=Groceries');
  const page = await open(`/admin/categories/${body[0].id}`);
  await page.getByRole('button', { name: 'Merge into…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByText(/This moves 2 patterns and 0 transactions to the other category/)
    .waitFor();
  await dialog.getByRole('combobox', { name: 'Merge into' }).click();
  await page.locator('.ant-select-item-option').getByText('Travel').click();
  expect(await accessibilityViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Merge' }).click();
  await page.getByRole('heading', { name: 'Travel' }).waitFor();
  await page.getByText('tesco', { exact: true }).waitFor();
  expect(problems()).toEqual([]);
});

test('explains a transaction, with the place where the pattern stands', async () => {
  const id = await insertRows('MY UBER TRIP');
  const page = await open(`/admin/transactions/${id}`);
  const explanation = page.getByRole('region', { name: 'Explanation' });
  await explanation.getByText('By the current categorizers, it would get Travel.').waitFor();
  expect(await explanation.locator('mark').textContent()).toBe('UBER');
  await explanation.getByRole('link', { name: 'uber' }).click();
  await page.getByRole('heading', { name: 'Patterns' }).waitFor();
  expect(problems()).toEqual([]);
});

test('the list and its drawer are accessible', async () => {
  await insertRows('ALDI 1');
  const page = await open('/admin/category-patterns');
  await page.getByLabel('Select tesco').check();
  expect(await violationsInEachLook(page)).toEqual([]);
  await page.getByRole('button', { name: 'New pattern' }).click();
  await page.getByRole('dialog').getByLabel('Pattern').fill('aldi');
  await page.getByText('1 from Uncategorized to the category you choose').waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
  expect(problems()).toEqual([]);
});
