import { readFile } from 'node:fs/promises';
import { beforeEach, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { violationsInEachLook } from '../helpers/browser.ts';
import { startTestConsole } from '../helpers/test-console.ts';
import { emptyTables } from '../helpers/test-database.ts';

const editor = 'editor@example.com';
const viewer = 'viewer@example.com';

const { api, openPage, problems } = await startTestConsole({
  users: { [editor]: 'editor', [viewer]: 'viewer' },
});

beforeEach(async () => {
  await emptyTables(api.database);
});

const categories = [
  { name: 'Groceries', color: '#2e7d32', patterns: ['=1+1', 'walmart'] },
  { name: 'Travel', color: '#1565c0', patterns: [{ pattern: 'uber', match_mode: 'word' }] },
];

const importCategories = () => api.post('/api/admin/categories/import', { categories });
const exported = async () => (await api.get('/api/admin/categories/export')).body;

async function open(email = editor): Promise<Page> {
  const page = await openPage('/admin/categories', { as: email });
  await page.getByRole('button', { name: 'Export' }).waitFor();
  return page;
}

async function choose(page: Page, name: string, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Import…' }).first().click();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByText('Choose a JSON or CSV file').click(),
  ]);
  await chooser.setFiles({ name, mimeType: '', buffer: Buffer.from(text) });
}

test('shows what a JSON file would change, and changes it when one agrees', async () => {
  await importCategories();
  const page = await open();
  const file = {
    categories: [
      { name: 'Transport', patterns: ['bus', 'UBER'] },
      { name: 'travel', patterns: ['uber'] },
    ],
  };
  await choose(page, 'mine.json', JSON.stringify(file));
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Creates 1 category and 1 pattern.').waitFor();
  await dialog.getByText('1 pattern belongs to another category and will stay there.').waitFor();
  await dialog.getByRole('row', { name: /UBER Transport Stays in Travel/ }).waitFor();
  await dialog.getByRole('row', { name: /uber travel Already exists/ }).waitFor();
  await dialog.getByRole('row', { name: /bus Transport Created/ }).waitFor();
  expect(await exported()).toEqual({ categories });

  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('1 category and 1 pattern created').waitFor();
  await page.getByRole('link', { name: 'Transport' }).waitFor();
  expect((await exported()).categories[1]).toMatchObject({ name: 'Transport', patterns: ['bus'] });
  expect(problems()).toEqual([]);
});

test('says so when everything is there already', async () => {
  await importCategories();
  const page = await open();
  await choose(page, 'same.json', JSON.stringify({ categories }));
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Everything in this file already exists.').waitFor();
  expect(await dialog.getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true);
});

test('says in words where a file is wrong, and takes another one', async () => {
  const page = await open();
  await choose(page, 'bad.csv', 'category,pattern,priority\nA,b,0\nA,,high\n,c,\n');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Could not import this file').waitFor();
  await dialog.getByText('Line 3, priority:').waitFor();
  await dialog.getByText('Line 4, category: Is required.').waitFor();
  await dialog.getByRole('button', { name: 'Choose another file' }).click();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    dialog.getByText('Choose a JSON or CSV file').click(),
  ]);
  await chooser.setFiles({
    name: 'no.json',
    mimeType: '',
    buffer: Buffer.from('{"categories":[{}]}'),
  });
  await dialog.getByText('Category 1, name: Is required.').waitFor();
  expect(await exported()).toEqual({ categories: [] });
});

test('offers the starter categories where there is none', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Preview starter categories' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^Creates \d+ categories and \d+ patterns\.$/).waitFor();
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('link', { name: 'Groceries' }).waitFor();
  expect((await exported()).categories.length).toBeGreaterThan(20);
  expect(problems()).toEqual([]);
});

test('exports JSON and CSV, each of which restores everything', async () => {
  await importCategories();
  const page = await open();
  const save = async (format: string) => {
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: format, exact: true }).click(),
    ]);
    return {
      name: download.suggestedFilename(),
      text: await readFile(await download.path(), 'utf8'),
    };
  };
  const [json, csv] = [await save('JSON'), await save('CSV')];
  expect([json.name, JSON.parse(json.text)]).toEqual(['categories.json', { categories }]);
  expect(csv.name).toMatch(/^categories-\d{4}-\d\d-\d\d\.csv$/);
  expect(parse(csv.text)).toEqual([
    ['category', 'pattern', 'priority', 'match_mode', 'color'],
    ['Groceries', "'=1+1", '0', 'contains', '#2e7d32'],
    ['Groceries', 'walmart', '0', 'contains', '#2e7d32'],
    ['Travel', 'uber', '0', 'word', '#1565c0'],
  ]);

  await emptyTables(api.database);
  await choose(page, csv.name, csv.text);
  await page.getByText('Creates 2 categories and 3 patterns.').waitFor();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('2 categories and 3 patterns created').waitFor();
  expect(await exported()).toEqual({ categories });
  expect(problems()).toEqual([]);
});

test('is not offered to a viewer, who may export', async () => {
  const page = await open(viewer);
  await page.getByText('No categories yet').waitFor();
  expect(await page.getByRole('button', { name: 'Import…' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: 'starter' }).count()).toBe(0);
});

test('is accessible', async () => {
  await importCategories();
  const page = await open();
  await choose(page, 'bad.csv', 'category,pattern\nA,"b\n');
  await page.getByText('Could not import this file').waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
  await page.getByRole('button', { name: 'Choose another file' }).click();
  await page.getByText('Choose a JSON or CSV file').waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
  await page.getByRole('button', { name: 'Close' }).click();
  await choose(
    page,
    'a.csv',
    'category,pattern\nTransport,uber\nTransport,a rather long pattern\n',
  );
  await page.getByText('Creates 1 category and 1 pattern.').waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
});
