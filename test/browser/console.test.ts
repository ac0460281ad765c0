import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { completeTransactions } from '../../src/db/complete-transactions.ts';
import { Batch } from '../../src/db/models/batch.ts';
import { todayUtc } from '../../src/domain/calendar-date.ts';
import { accessibilityProblems, launchBrowser, openConsole, signInAs } from '../helpers/browser.ts';
import { insertCategory, insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { insertUser } from '../helpers/sign-in.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';

let api: TestApi;
let browser: Browser;

beforeAll(async () => {
  api = await startTestApi();
  browser = await launchBrowser();
  for (const role of ['viewer', 'editor', 'admin'] as const)
    await insertUser(api, `${role}@example.com`, role);
});
afterAll(async () => {
  await browser?.close();
  await api?.stop();
});

beforeEach(async () => {
  await api.database.raw('TRUNCATE transactions, batches, categories, category_patterns CASCADE');
  await insertCategory(api.database, 'Groceries', ['walmart']);
  const rows = ['BLUE DOOR #1', 'BLUE DOOR #2', 'CORNER SHOP'].map((merchantName) =>
    makeTransaction({ merchantName, amount: '-12.30', date: todayUtc() }),
  );
  const batch = await insertTestBatch(api.database, rows);
  const firstId = batch.firstTransactionId as number;
  await completeTransactions(
    api.database,
    batch.id,
    rows.map((_, index) => ({ id: firstId + index, match: null })),
  );
  await Batch.query(api.database).findById(batch.id).patch({ status: 'completed' });
});

const openPage = async (page: Page, name: string) => {
  await page.getByRole('menuitem', { name }).click();
  await page.locator('h1, h4, .ant-page-header-heading-title', { hasText: name }).first().waitFor();
  await page.locator('.ant-table-row').first().waitFor();
};

test('a wrong password says so, the right one opens the dashboard, and signing out closes it', async () => {
  const { page, complaints } = await openConsole(browser, api, '/categories');
  await page.getByLabel('E-mail').fill('editor@example.com');
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('.ant-alert', { hasText: 'E-mail or password is wrong.' }).waitFor();
  complaints.length = 0;
  await signInAs(page, 'editor@example.com');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('E-mail').waitFor();
  await page.reload();
  await page.getByLabel('E-mail').waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('an editor makes, renames and deletes a category', async () => {
  const { page, complaints } = await openConsole(browser, api);
  await signInAs(page, 'editor@example.com');
  await openPage(page, 'Categories');
  await page.getByRole('button', { name: 'New category' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Coffee');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('cell', { name: 'Coffee', exact: true }).waitFor();

  await page.getByRole('button', { name: 'Edit Coffee' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Cafés');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('cell', { name: 'Cafés', exact: true }).waitFor();

  await page.getByRole('button', { name: 'Delete Cafés' }).click();
  await page.getByText('0 transactions become uncategorized').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('cell', { name: 'Cafés', exact: true }).waitFor({ state: 'detached' });
  expect(await api.database('categories').pluck('name')).toEqual(['Groceries']);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('what the API refuses is said at its field', async () => {
  const { page } = await openConsole(browser, api);
  await signInAs(page, 'editor@example.com');
  await openPage(page, 'Categories');
  await page.getByRole('button', { name: 'New category' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('GROCERIES');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page
    .locator('.ant-form-item-explain-error', { hasText: 'is the name of another category' })
    .waitFor();
  await page.context().close();
});

test('an editor makes a category of the largest uncategorized merchant', async () => {
  const { page, complaints } = await openConsole(browser, api);
  await signInAs(page, 'editor@example.com');
  await openPage(page, 'Uncategorized');
  expect(await page.locator('.ant-table-row').first().innerText()).toMatch(
    /blue door[\s\S]*2[\s\S]*-24\.60 USD/,
  );
  await page.getByRole('button', { name: 'Categorize blue door' }).click();
  await page.getByLabel('Or a new category').fill('Bars');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await api.database('category_patterns').orderBy('id').pluck('pattern')).toEqual([
    'walmart',
    'blue door',
  ]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('a category set by hand is kept, and the log says by whom', async () => {
  const { page, complaints } = await openConsole(browser, api);
  await signInAs(page, 'editor@example.com');
  await openPage(page, 'Transactions');
  await page.getByRole('combobox', { name: 'Category of CORNER SHOP' }).click({ force: true });
  await page.locator('.ant-select-item-option', { hasText: 'Groceries' }).last().click();
  await page.getByText('by hand').waitFor();
  await openPage(page, 'Audit log');
  expect(await page.locator('.ant-table-row').first().innerText()).toMatch(
    /editor@example\.com[\s\S]*update[\s\S]*transactions/,
  );
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('a viewer is offered nothing that would be refused', async () => {
  const { page, complaints } = await openConsole(browser, api);
  await signInAs(page, 'viewer@example.com');
  await openPage(page, 'Categories');
  expect(await page.getByRole('button', { name: 'New category' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: /^(Edit|Delete)/ }).count()).toBe(0);
  await openPage(page, 'Uncategorized');
  expect(await page.getByRole('button', { name: /^Categorize/ }).count()).toBe(0);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('a session that ends in the middle leads back to the sign-in', async () => {
  const { page } = await openConsole(browser, api);
  await signInAs(page, 'admin@example.com');
  await api.database('admin_sessions').delete();
  await page.getByRole('menuitem', { name: 'Patterns' }).click();
  await page.getByLabel('E-mail').waitFor();
  await page.context().close();
});

test.each(['light', 'dark'] as const)(
  'no page keeps anyone out, in %s colours',
  async (colorScheme) => {
    const { page } = await openConsole(browser, api);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.reload();
    await page.getByLabel('E-mail').waitFor();
    const found: Record<string, string[]> = { 'Sign-in': await accessibilityProblems(page) };
    await signInAs(page, 'admin@example.com');
    for (const name of [
      'Dashboard',
      'Categories',
      'Patterns',
      'Uncategorized',
      'Transactions',
      'Batches',
      'Audit log',
    ]) {
      await openPage(page, name);
      found[name] = await accessibilityProblems(page);
    }
    expect(
      Object.fromEntries(Object.entries(found).filter(([, problems]) => problems.length > 0)),
    ).toEqual({});
    await page.context().close();
  },
  90_000,
);
