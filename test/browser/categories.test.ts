import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { untilTrue, violationsInEachLook } from '../helpers/browser.ts';
import { startTestConsole } from '../helpers/test-console.ts';
import { emptyTables } from '../helpers/test-database.ts';

const editor = 'editor@example.com';

const { api, openPage, problems } = await startTestConsole({ users: { [editor]: 'editor' } });

beforeEach(async () => {
  await emptyTables(api.database);
  await api.post('/api/admin/categories/import', {
    categories: [
      { name: 'Groceries', color: '#2e7d32', patterns: ['walmart', 'tesco'] },
      { name: 'Travel', color: '#1565c0', patterns: [] },
    ],
  });
});

async function open(): Promise<Page> {
  const page = await openPage('/admin/categories', { as: editor });
  await page.getByRole('link', { name: 'Groceries' }).waitFor();
  return page;
}

const names = async () =>
  (await api.get('/api/admin/categories?_sort=name')).body.map(
    ({ name }: { name: string }) => name,
  );
const patterns = async () =>
  (await api.get('/api/admin/category-patterns?_sort=pattern')).body.map(
    ({ pattern }: { pattern: string }) => pattern,
  );

test('creates one', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'New category' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Books');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('link', { name: 'Books' }).waitFor();
  expect(await names()).toEqual(['Books', 'Groceries', 'Travel']);
  expect(problems()).toEqual([]);
});

test('says at the field that a name is taken', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'New category' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('TRAVEL');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Is the name of another category; case is ignored.').waitFor();
  expect(await names()).toEqual(['Groceries', 'Travel']);
});

test('renames and recolours one', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Edit Travel' }).click();
  const name = page.getByRole('dialog').getByLabel('Name');
  await page.locator('input[value="Travel"]').waitFor();
  await name.fill('Journeys');
  await page.getByRole('dialog').getByLabel('Colour').fill('#aa5500');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('link', { name: 'Journeys' }).waitFor();
  const { body } = await api.get('/api/admin/categories?name=Journeys');
  expect(body[0].color).toBe('#aa5500');
  expect(problems()).toEqual([]);
});

test('says what a deletion takes along before it deletes', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Delete Groceries' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('This also deletes 2 patterns.').waitFor();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('link', { name: 'Groceries' }).waitFor({ state: 'detached' });
  expect([await names(), await patterns()]).toEqual([['Travel'], []]);
  expect(problems()).toEqual([]);
});

test('searches while one types, and keeps the search in the address', async () => {
  const page = await open();
  await page.getByLabel('Search categories').fill('trav');
  await page.getByRole('link', { name: 'Groceries' }).waitFor({ state: 'detached' });
  await page.reload();
  await page.getByRole('link', { name: 'Travel' }).waitFor();
  expect(await page.getByLabel('Search categories').inputValue()).toBe('trav');
  expect(await page.getByRole('link', { name: 'Groceries' }).count()).toBe(0);
});

test('is as far down as before when one comes back to it', async () => {
  const categories = Array.from({ length: 40 }, (_, i) => ({
    name: `Many ${i + 10}`,
    patterns: [],
  }));
  await api.post('/api/admin/categories/import', { categories });
  const page = await open();
  await page.getByRole('link', { name: 'Many 45' }).click();
  await page.getByRole('heading', { name: 'Many 45' }).waitFor();
  expect(await page.evaluate('window.scrollY')).toBe(0);
  await page.goBack();
  await untilTrue(page, 'window.scrollY > 500');
  expect(problems()).toEqual([]);
});

describe('patterns beneath their category', () => {
  async function openGroceries(): Promise<Page> {
    const page = await open();
    await page.getByRole('link', { name: 'Groceries' }).click();
    await page.getByText('walmart', { exact: true }).waitFor();
    return page;
  }

  test('are added one after the other by the keyboard', async () => {
    const page = await openGroceries();
    for (const text of ['aldi', 'lidl']) {
      await page.getByLabel('Pattern', { exact: true }).fill(text);
      await page.keyboard.press('Enter');
      await page.getByText(text, { exact: true }).waitFor();
    }
    expect(await patterns()).toEqual(['aldi', 'lidl', 'tesco', 'walmart']);
    expect(problems()).toEqual([]);
  });

  test('are changed where they stand', async () => {
    const page = await openGroceries();
    await page.getByRole('button', { name: 'Edit tesco' }).click();
    const table = page.getByRole('table');
    await table.getByLabel('Pattern', { exact: true }).fill('tesco express');
    await table.getByLabel('Priority').fill('5');
    await page.keyboard.press('Enter');
    await page.getByText('priority 5').waitFor();
    expect(await patterns()).toEqual(['tesco express', 'walmart']);
    expect(problems()).toEqual([]);
  });

  test('that exist already are refused at their field', async () => {
    const page = await openGroceries();
    await page.getByLabel('Pattern', { exact: true }).fill('Walmart');
    await page.keyboard.press('Enter');
    await page.getByText(/Already exists in this or another category/).waitFor();
  });

  test('are gone before the API has answered', async () => {
    const page = await openGroceries();
    // Makes the API wait.
    const lock = await api.database.transaction();
    await lock('category_patterns').where({ pattern: 'walmart' }).forUpdate().select('id');
    await page.getByRole('button', { name: 'Delete walmart' }).click();
    await page.getByRole('tooltip').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('walmart', { exact: true }).waitFor({ state: 'detached' });
    expect(await patterns()).toEqual(['tesco', 'walmart']);
    await lock.rollback();
    await page.getByText('Pattern deleted').waitFor();
    expect(await patterns()).toEqual(['tesco']);
  });

  test('are deleted after a question', async () => {
    const page = await openGroceries();
    await page.getByRole('button', { name: 'Delete walmart' }).click();
    await page.getByRole('tooltip').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('walmart', { exact: true }).waitFor({ state: 'detached' });
    await page.getByText('Pattern deleted').waitFor();
    expect(await patterns()).toEqual(['tesco']);
    expect(problems()).toEqual([]);
  });

  test('are accessible', async () => {
    const page = await openGroceries();
    await page.getByRole('button', { name: 'Edit tesco' }).click();
    expect(await violationsInEachLook(page)).toEqual([]);
  });
});

test('tells its history, and what was changed just now', async () => {
  const page = await open();
  await page.getByRole('link', { name: 'Groceries' }).click();
  const history = page.getByRole('region', { name: 'History' });
  await history.getByText('No changes yet.').waitFor();
  await page.getByRole('button', { name: 'edit Edit', exact: true }).click();
  await page.locator('input[value="Groceries"]').waitFor();
  await page.getByRole('dialog').getByLabel('Name').fill('Food');
  await page.getByRole('button', { name: 'Save' }).click();
  // Names are for everybody, addresses for admins.
  await history.getByText(/^User \d+$/).waitFor();
  await history.getByText('name Groceries → Food').waitFor();
  expect(problems()).toEqual([]);
});
