import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { violationsInEachLook } from '../helpers/browser.ts';
import { type BrowserHeaders, openSession, signIn } from '../helpers/sign-in.ts';
import { startTestConsole } from '../helpers/test-console.ts';

let foodId: number;
const root = 'root@example.com';
const viewer = 'viewer@example.com';

const { api, openPage, problems } = await startTestConsole({
  users: { [root]: 'admin', [viewer]: 'viewer' },
});

beforeAll(async () => {
  const session: BrowserHeaders = await signIn(api, root);
  foodId = (await api.post('/api/admin/categories', { name: 'Food' }, session)).body.id;
  await api.patch(`/api/admin/categories/${foodId}`, { name: 'Groceries' }, session);
  const { body: gone } = await api.post('/api/admin/categories', { name: 'Gone' });
  await api.delete(`/api/admin/categories/${gone.id}`);
  await api.post('/api/admin/api-keys', { name: 'core banking', scopes: ['read'] }, session);
  for (let count = 0; count < 30; count++)
    await api.patch(`/api/admin/categories/${foodId}`, {
      color: `#0000${String(10 + count)}`,
    });
});

async function open(query = '', as = root): Promise<Page> {
  const page = await openPage(`/admin/audit-log${query}`, { as });
  await page.getByRole('heading', { name: 'Audit log' }).waitFor();
  await rows(page).first().waitFor();
  return page;
}

const rows = (page: Page) => page.locator('tbody tr.ant-table-row');

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).click();
  await page.locator('.ant-select-item-option').getByText(option, { exact: true }).click();
}

test('tells of every change, newest first, by pages', async () => {
  const page = await open();
  await page.getByText(/^1–25 of 3\d$/).waitFor();
  await page.getByRole('listitem', { name: '2' }).click();
  await rows(page).filter({ hasText: 'Food' }).filter({ hasText: 'created' }).waitFor();
  expect(page.url()).toContain('currentPage=2');
  expect(problems()).toEqual([]);
});

test('shows what was before and after, field by field', async () => {
  const page = await open('?pageSize=50');
  const renamed = rows(page).filter({ hasText: 'Groceries' }).filter({ hasText: root });
  await renamed.first().click();
  const change = page.getByRole('row').filter({ has: page.locator('del', { hasText: 'Food' }) });
  await change.last().getByText('Groceries').waitFor();
  expect(problems()).toEqual([]);
});

test('leads to what is still there, and not to what is gone', async () => {
  const page = await open('?pageSize=50');
  const gone = rows(page).filter({ hasText: 'Gone' });
  expect(await gone.count()).toBe(2);
  expect(await gone.getByRole('link').count()).toBe(0);
  await rows(page).filter({ hasText: 'Groceries' }).first().getByRole('link').click();
  await page.getByRole('heading', { name: 'Groceries' }).waitFor();
  expect(problems()).toEqual([]);
});

test('filters by what, action, who and days, all in the address', async () => {
  const page = await open();
  await choose(page, 'Resource', 'Categories');
  await choose(page, 'Action', 'created');
  await page.getByLabel('Search users and keys').fill('root@');
  await rows(page).nth(1).waitFor({ state: 'detached' });
  await rows(page).filter({ hasText: 'Food' }).waitFor();
  const today = new Date().toISOString().slice(0, 10);
  const [from, to] = [
    page.getByPlaceholder('Date from'),
    page.getByPlaceholder('to', { exact: true }),
  ];
  await from.fill(today);
  await from.press('Enter');
  await to.fill(today);
  await to.press('Enter');
  await page.waitForURL(/at/);
  await page.reload();
  await rows(page).filter({ hasText: 'Food' }).waitFor();
  expect(await rows(page).count()).toBe(1);
  expect(await from.inputValue()).toBe(today);
  expect(await page.getByLabel('Search users and keys').inputValue()).toBe('root@');
  expect(problems()).toEqual([]);
});

test('opens with the history of one thing', async () => {
  const query = new URLSearchParams([
    ['filters[0][field]', 'resource'],
    ['filters[0][operator]', 'eq'],
    ['filters[0][value]', 'categories'],
    ['filters[1][field]', 'resource_id'],
    ['filters[1][operator]', 'eq'],
    ['filters[1][value]', String(foodId)],
  ]);
  const page = await open(`?${query}&pageSize=50`);
  await page.getByText(`Id ${foodId}`, { exact: true }).waitFor();
  expect(await rows(page).count()).toBe(32);
});

test('says so where nothing is like this', async () => {
  const page = await open();
  await page.getByLabel('Search users and keys').fill('nobody at all');
  await page.getByText('No matching entries').waitFor();
  expect(problems()).toEqual([]);
});

test('tells a viewer nothing of users and API keys', async () => {
  const page = await open('?pageSize=50', viewer);
  await rows(page).filter({ hasText: 'Food' }).first().waitFor();
  expect(await rows(page).filter({ hasText: 'signed in' }).count()).toBe(0);
  expect(await page.getByText('core banking').count()).toBe(0);
  await page.getByRole('combobox', { name: 'Resource' }).click();
  await page.locator('.ant-select-item-option').getByText('Categories').waitFor();
  expect(await page.locator('.ant-select-item-option').getByText('API keys').count()).toBe(0);
  expect(problems()).toEqual([]);
});

test('is accessible', async () => {
  const page = await open('', root);
  await rows(page).filter({ hasText: 'Groceries' }).first().getByRole('button').click();
  await page.getByRole('columnheader', { name: 'Before' }).waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
  expect(problems()).toEqual([]);
});

test('tells admins who exported what, and who failed to sign in; viewers only names', async () => {
  const { id } = await api.database('admin_users').where({ email: root }).first('id');
  await api.database('admin_users').where({ id }).update({ name: 'Grace' });
  await api.get('/api/admin/categories/export', await openSession(api, id));
  await api.post('/api/admin/session', { email: root, password: 'wrong' }, { Authorization: '' });
  const page = await open();
  const exported = rows(page).filter({ hasText: 'exported' });
  await exported.filter({ hasText: root }).filter({ hasText: 'categories' }).click();
  await page.getByRole('cell', { name: 'finished', exact: true }).waitFor();
  await rows(page).filter({ hasText: 'failed to sign in' }).waitFor();
  const seen = await open('?pageSize=50', viewer);
  await rows(seen).filter({ hasText: 'Grace' }).first().waitFor();
  const text = await seen.getByRole('table').innerText();
  expect(text).not.toMatch(/@|exported|failed to sign in/);
  expect(problems()).toEqual([]);
});

test('offers no page that the API would refuse, and says that filters lead further', async () => {
  await api.database.raw(
    `INSERT INTO audit_log (actor_type, actor_name, action, resource, request_id)
       SELECT 'system', 'test', 'drop', 'system', 'many' FROM generate_series(1, 120000)`,
  );
  const page = await open();
  await page
    .getByText(/^1–25 of 120,0\d\d\. Use filters to see more than the first 100,025\.$/)
    .waitFor();
  await page.getByRole('listitem', { name: '4001' }).click();
  await page.getByText(/^100,001–100,025 of /).waitFor();
  await rows(page).first().waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
  expect(problems()).toEqual([]);
});
