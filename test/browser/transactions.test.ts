import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import type { AdminTransactionBody } from '../../src/api/admin/transactions/schema.ts';
import {
  markBatchCompleted,
  markBatchProcessing,
} from '../../src/db/batches/change-batch-status.ts';
import type { Batch } from '../../src/db/models/batch.ts';
import { completeTransactions } from '../../src/db/transactions/complete-transactions.ts';
import { accessibilityViolations, show, violationsInEachLook } from '../helpers/browser.ts';
import { insertCategory, insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { patternMatch } from '../helpers/pattern-match.ts';
import { startTestConsole } from '../helpers/test-console.ts';
import { emptyTables } from '../helpers/test-database.ts';

let batch: Batch;
const editor = 'editor@example.com';
const viewer = 'viewer@example.com';
const today = new Date().toISOString().slice(0, 10);

const { api, openPage, problems } = await startTestConsole({
  users: { [editor]: 'editor', [viewer]: 'viewer' },
});

beforeEach(async () => {
  await emptyTables(api.database);
  const groceries = await insertCategory(api.database, 'Groceries', ['walmart']);
  await insertCategory(api.database, 'Travel', []);
  await insertCategory(api.database, 'Books', []);
  batch = await insertTestBatch(api.database, [
    makeTransaction({ merchantName: 'WALMART 1', amount: '-10.00', accountId: 'acc 1/2' }),
    makeTransaction({ merchantName: 'Railway', amount: '-20.00', date: today }),
    makeTransaction({ merchantName: '=Bookshop', amount: '-30.00', currency: 'EUR' }),
  ]);
  const first = batch.firstTransactionId as number;
  const [pattern] = await api.database('category_patterns').select('id');
  const match = patternMatch(groceries, { patternId: pattern.id });
  await markBatchProcessing(api.database, batch.id, 'run');
  await completeTransactions(
    api.database,
    [batch.id],
    [
      { id: first, match },
      { id: first + 1, match: null },
      { id: first + 2, match: null },
    ],
  );
  await markBatchCompleted(api.database, batch.id);
});

async function open(path = '/admin/transactions', email = editor): Promise<Page> {
  const page = await openPage(path, { as: email });
  await page.getByRole('table').first().waitFor();
  return page;
}

const stored = async () =>
  (await api.get<AdminTransactionBody[]>('/api/admin/transactions?_sort=id')).body.map(
    ({ category, category_source }) => [category, category_source],
  );
const merchant = (page: Page, name: string) => page.getByRole('link', { name, exact: true });
const gone = (page: Page, name: string) => merchant(page, name).waitFor({ state: 'detached' });

async function choose(page: Page, label: string, text: string): Promise<void> {
  const box = page.getByRole('combobox', { name: label, exact: true });
  await box.focus();
  await box.fill(text);
  // Enter takes the one that is lit, which may be another one still.
  await page.locator('.ant-select-item-option-active', { hasText: text }).waitFor();
  await page.keyboard.press('Enter');
}

describe('filters', () => {
  test('stand in the address: they survive a reload, and the way to a row and back', async () => {
    const page = await open();
    await page.getByLabel('Currency').fill('eur');
    await page.keyboard.press('Enter');
    await gone(page, 'Railway');
    await page.getByLabel('Amount from').fill('-40');
    await page.keyboard.press('Enter');
    await page.getByText('Clear 2 filters').waitFor();
    await page.reload();
    await merchant(page, '=Bookshop').click();
    await page.getByRole('dialog').getByText('No categorizer decided.').waitFor();
    await page.getByRole('dialog').getByRole('link', { name: batch.id }).click();
    await page.getByRole('heading', { name: 'Batch' }).waitFor();
    await page.goBack();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    expect(await page.getByLabel('Currency').inputValue()).toBe('EUR');
    expect(await merchant(page, 'Railway').count()).toBe(0);
    await page.getByText('Clear 2 filters').click();
    await merchant(page, 'Railway').waitFor();
    expect(problems()).toEqual([]);
  });

  test('take several categories', async () => {
    await api.patch(`/api/admin/transactions/${(batch.firstTransactionId as number) + 1}`, {
      category_id: (await api.get('/api/admin/categories?name=Travel')).body[0].id,
    });
    const page = await open();
    await merchant(page, 'Railway').waitFor();
    await choose(page, 'Categories', 'Groceries');
    await gone(page, 'Railway');
    await choose(page, 'Categories', 'Travel');
    await merchant(page, 'Railway').waitFor();
    await page.keyboard.press('Escape');
    await page.reload();
    await merchant(page, 'WALMART 1').waitFor();
    expect(await page.getByRole('row').count()).toBeGreaterThanOrEqual(3);
    expect(await merchant(page, '=Bookshop').count()).toBe(0);
    expect(problems()).toEqual([]);
  });

  test('find a transaction by the id that it was sent with', async () => {
    const [row] = (await api.get('/api/admin/transactions?q=Railway')).body;
    const page = await open();
    await page.getByLabel('Transaction id').fill(` ${row.transaction_id} `);
    await page.keyboard.press('Enter');
    await gone(page, 'WALMART 1');
    await merchant(page, 'Railway').waitFor();
    await page.getByText('Clear 1 filter').waitFor();
    expect(problems()).toEqual([]);
  });

  test('have the usual ranges of days at hand', async () => {
    const page = await open();
    await page.getByPlaceholder('Date from').click();
    await page.getByText('Last 7 days').click();
    await gone(page, 'WALMART 1');
    await merchant(page, 'Railway').waitFor();
    expect(await page.getByPlaceholder('to', { exact: true }).inputValue()).toBe(today);
    expect(problems()).toEqual([]);
  });

  test('that nothing passes can be taken away', async () => {
    const page = await open();
    await page.getByLabel('Search merchant or description').fill('nothing');
    await page.getByText('No matching transactions').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await merchant(page, 'Railway').waitFor();
  });
});

describe('a decision that needs review', () => {
  beforeEach(async () => {
    const [travel] = await api.database('categories').where({ name: 'Travel' }).select('id');
    const decided = { category_id: travel.id, category_confidence: 7_250, needs_review: true };
    const rows = api.database('transactions');
    await rows
      .clone()
      .where({ merchant_name: 'Railway' })
      .update({ ...decided, category_source: 'model' });
    await rows
      .clone()
      .where({ merchant_name: '=Bookshop' })
      .update({ ...decided, category_source: 'orchid', needs_review: false });
  });

  test('is marked, and shows who decided and how sure that is', async () => {
    const page = await open();
    const row = page.getByRole('row', { name: /Railway/ });
    await row.getByText('Needs review').waitFor();
    await show(page, { width: 1700 });
    await row.getByText('Model · 72.5%').waitFor();
    // A categorizer that the console does not know is shown by its name.
    await page
      .getByRole('row', { name: /Bookshop/ })
      .getByText('orchid · 72.5%')
      .waitFor();
    expect(problems()).toEqual([]);
  });

  test('can be filtered by, and by who decided', async () => {
    const page = await open();
    await page.getByRole('checkbox', { name: 'Needs review' }).check();
    await gone(page, '=Bookshop');
    await merchant(page, 'Railway').waitFor();
    await page.getByText('Clear 1 filter').click();
    await merchant(page, '=Bookshop').waitFor();
    await page.getByRole('combobox', { name: 'Category source' }).click();
    await page.locator('.ant-select-item-option', { hasText: 'Model' }).first().click();
    await gone(page, '=Bookshop');
    await merchant(page, 'Railway').waitFor();
    expect(problems()).toEqual([]);
  });

  test('is confirmed with one click, which sets it by hand', async () => {
    const page = await open(`/admin/transactions/${(batch.firstTransactionId as number) + 1}`);
    const drawer = page.getByRole('dialog');
    await drawer.getByText('Needs review').waitFor();
    await drawer.getByText('Model · 72.5%', { exact: true }).waitFor();
    expect(await violationsInEachLook(page)).toEqual([]);
    await drawer.getByRole('button', { name: 'Confirm' }).click();
    await drawer.getByText('Needs review').waitFor({ state: 'detached' });
    await page.getByText('Category set').waitFor();
    expect((await stored())[1]).toEqual(['Travel', 'manual']);
    expect(problems()).toEqual([]);
  });
});

describe('several rows', () => {
  async function pick(page: Page): Promise<void> {
    await page.getByLabel('Select Railway').check();
    await page.getByLabel('Select =Bookshop').check();
    await page.getByText('2 transactions selected').waitFor();
  }

  test('get a category by hand', async () => {
    const page = await open();
    await pick(page);
    await choose(page, 'Category for the selection', 'Travel');
    await page.getByRole('button', { name: 'Set category' }).click();
    await page.getByText('Category of 2 transactions set').waitFor();
    await page.getByText('2 transactions selected').waitFor({ state: 'detached' });
    await page.getByRole('cell', { name: 'Travel' }).nth(1).waitFor();
    expect(await stored()).toEqual([
      ['Groceries', 'pattern'],
      ['Travel', 'manual'],
      ['Travel', 'manual'],
    ]);
    expect(problems()).toEqual([]);
  });

  test('go back to what the patterns say', async () => {
    const ids = [0, 1].map((place) => (batch.firstTransactionId as number) + place);
    await api.post('/api/admin/transactions/bulk-set-category', { ids, category_id: null });
    const page = await open();
    await page.getByLabel('Select WALMART 1').check();
    await page.getByLabel('Select Railway').check();
    await page.getByRole('button', { name: 'Reset to automatic' }).click();
    await page.getByText('2 transactions reset to automatic').waitFor();
    await page.getByRole('cell', { name: 'Groceries' }).waitFor();
    expect(await stored()).toEqual([
      ['Groceries', 'pattern'],
      [null, null],
      [null, null],
    ]);
    expect(problems()).toEqual([]);
  });

  test('stay as they are, and are shown so, where the category is gone meanwhile', async () => {
    const page = await open();
    await pick(page);
    await choose(page, 'Category for the selection', 'Travel');
    await api.database('categories').where({ name: 'Travel' }).delete();
    await page.getByRole('button', { name: 'Set category' }).click();
    await page.getByText('Could not change 2 transactions').waitFor();
    await page.getByRole('cell', { name: 'Travel' }).first().waitFor({ state: 'detached' });
    expect(await stored()).toEqual([
      ['Groceries', 'pattern'],
      [null, null],
      [null, null],
    ]);
  });

  test('are not to be picked by a viewer', async () => {
    const page = await open('/admin/transactions', viewer);
    await merchant(page, 'Railway').waitFor();
    expect(await page.getByRole('table').getByRole('checkbox').count()).toBe(0);
  });

  test('are accessible', async () => {
    const page = await open('/admin/transactions', editor);
    await pick(page);
    expect(await violationsInEachLook(page)).toEqual([]);
    expect(problems()).toEqual([]);
  });
});

describe('a single row', () => {
  const path = () => `/admin/transactions/${batch.firstTransactionId}`;

  test('gets its category by hand, and back', async () => {
    const page = await open(path());
    const drawer = page.getByRole('dialog');
    await drawer.getByText('Set by the pattern').waitFor();
    await choose(page, 'Category', 'Books');
    await drawer.getByText(/Set by .* Categorizers do not change it\./).waitFor();
    await drawer.getByRole('button', { name: 'Reset to automatic' }).click();
    await drawer.getByText('Set by the pattern').waitFor();
    expect((await stored())[0]).toEqual(['Groceries', 'pattern']);
    expect(problems()).toEqual([]);
  });

  test('shows what was chosen before the API has answered, and takes it back where that refuses', async () => {
    const page = await open(path());
    const row = page.locator('tbody tr', { hasText: 'WALMART 1' });
    await page.getByRole('dialog').getByText('Set by the pattern').waitFor();
    // Makes the API wait.
    const lock = await api.database.transaction();
    await lock('transactions').where({ id: batch.firstTransactionId }).forUpdate().select('id');
    await choose(page, 'Category', 'Books');
    await row.getByText('Books').waitFor();
    expect((await stored())[0]).toEqual(['Groceries', 'pattern']);
    await lock.rollback();
    await page.getByText('Category set').waitFor();
    expect((await stored())[0]).toEqual(['Books', 'manual']);

    await api.database('categories').where({ name: 'Travel' }).delete();
    await choose(page, 'Category', 'Travel');
    await page.getByText('Could not set the category').waitFor();
    await row.getByText('Books').waitFor();
  });

  test('has its history', async () => {
    const id = batch.firstTransactionId;
    await api.patch(`/api/admin/transactions/${id}`, { category_id: null });
    const page = await open(path());
    const history = page.getByRole('region', { name: 'History' });
    await history.getByText('category Groceries → –').waitFor();
    await history.getByRole('link', { name: 'View all' }).click();
    await page.getByText(`Id ${id}`).waitFor();
    expect(problems()).toEqual([]);
  });

  test('leads to its account, whatever characters that has', async () => {
    const page = await open(path());
    const link = page.getByRole('dialog').getByRole('link', { name: 'acc 1/2' });
    expect(await link.getAttribute('href')).toBe('/admin/accounts/acc%201%2F2');
    expect(await accessibilityViolations(page)).toEqual([]);
  });
});

test('exports what the filters let pass, without formulas', async () => {
  const page = await open();
  await page.getByLabel('Search merchant or description').fill('o');
  await page.getByLabel('Currency').fill('EUR');
  await page.keyboard.press('Enter');
  await gone(page, 'Railway');
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export CSV' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^transactions-\d{4}-\d\d-\d\d\.csv$/);
  const rows = parse(await readFile(await download.path(), 'utf8'), { columns: true });
  expect(rows).toMatchObject([
    { merchant_name: "'=Bookshop", amount: '-30.00', currency: 'EUR', batch_id: batch.id },
  ]);
  expect(problems()).toEqual([]);
});

test('counts no further than is of use, and turns pages all the same', async () => {
  await insertTestBatch(
    api.database,
    Array.from({ length: 1_100 }, () => makeTransaction({ accountId: 'many' })),
  );
  const query = 'filters[0][field]=account_id&filters[0][operator]=eq&filters[0][value]=many';
  const page = await open(`/admin/transactions?pageSize=100&currentPage=10&${query}`);
  await page.getByText('901–1,000 of 1,100').waitFor();
  await page.goto(`/admin/transactions?pageSize=50&currentPage=1&${query}`);
  await page.getByText('1–50 of 1,000+').waitFor();
  expect(problems()).toEqual([]);
});
