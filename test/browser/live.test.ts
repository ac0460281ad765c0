import { beforeEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { startTestConsole } from '../helpers/test-console.ts';
import { emptyTables } from '../helpers/test-database.ts';
import { waitFor } from '../helpers/wait-for.ts';

const { api, newPage, problems } = await startTestConsole({
  users: {
    'editor@example.com': 'editor',
    'other@example.com': 'editor',
    'viewer@example.com': 'viewer',
  },
});

beforeEach(async () => {
  await emptyTables(api.database);
  await api.post('/api/admin/categories/import', {
    categories: [{ name: 'Groceries', color: '#2e7d32', patterns: ['walmart', 'tesco'] }],
  });
});

/** A person in a browser of their own, who hears already of what is changed. */
async function open(user: string): Promise<Page> {
  const page = await newPage({ as: `${user}@example.com` });
  const heard = page.waitForResponse((response) => response.url().endsWith('/admin/events'));
  await page.goto('/admin/categories');
  await heard;
  await page.getByRole('link', { name: 'Groceries' }).first().waitFor();
  return page;
}

test('what one creates, renames and deletes shows in the lists that others look at', async () => {
  const [editor, other, viewer] = [await open('editor'), await open('other'), await open('viewer')];
  await editor.getByRole('button', { name: 'New category' }).click();
  await editor.getByRole('dialog').getByLabel('Name').fill('Books');
  await editor.getByRole('button', { name: 'Save' }).click();
  for (const page of [editor, other, viewer])
    await page.getByRole('link', { name: 'Books' }).waitFor();

  await other.getByRole('button', { name: 'Edit Books' }).click();
  await other.locator('input[value="Books"]').waitFor();
  await other.getByRole('dialog').getByLabel('Name').fill('Comics');
  await other.getByRole('button', { name: 'Save' }).click();
  for (const page of [editor, other, viewer])
    await page.getByRole('link', { name: 'Comics' }).waitFor();

  await other.getByRole('button', { name: 'Delete Comics' }).click();
  await other.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  for (const page of [editor, other, viewer])
    await page.getByRole('link', { name: 'Comics' }).waitFor({ state: 'detached' });
  expect(problems()).toEqual([]);
}, 60_000);

test("a category's page follows its name and its patterns", async () => {
  const page = await open('viewer');
  await page.getByRole('link', { name: 'Groceries' }).click();
  await page.getByText('walmart', { exact: true }).waitFor();
  const { body } = await api.get('/api/admin/categories');
  await api.post('/api/admin/category-patterns', { category_id: body[0].id, pattern: 'aldi' });
  await page.getByText('aldi', { exact: true }).waitFor();
  await api.patch(`/api/admin/categories/${body[0].id}`, { name: 'Food' });
  await page.getByRole('heading', { name: 'Food' }).waitFor();
  expect(problems()).toEqual([]);
});

test('what is being typed stays, in a drawer and in a line', async () => {
  const page = await open('editor');
  const [{ id }] = (await api.get('/api/admin/categories')).body;
  await page.getByRole('button', { name: 'Edit Groceries' }).click();
  await page.locator('input[value="Groceries"]').waitFor();
  const name = page.getByRole('dialog').getByLabel('Name');
  await name.fill('My name');
  await api.patch(`/api/admin/categories/${id}`, { name: 'Food' });
  await page.getByRole('link', { name: 'Food' }).waitFor();
  expect(await name.inputValue()).toBe('My name');
  await page.keyboard.press('Escape');

  // Opened again it has what is there now.
  await page.getByRole('button', { name: 'Edit Food' }).click();
  await page.locator('input[value="Food"]').waitFor();
  await page.keyboard.press('Escape');

  await page.getByRole('link', { name: 'Food' }).click();
  await page.getByRole('button', { name: 'Edit tesco' }).click();
  const line = page.getByRole('table').getByLabel('Pattern', { exact: true });
  await line.fill('tesco express');
  await page.getByLabel('Pattern', { exact: true }).first().fill('lidl');
  await api.post('/api/admin/category-patterns', { category_id: id, pattern: 'aldi' });
  await page.getByText('aldi', { exact: true }).waitFor();
  expect(await line.inputValue()).toBe('tesco express');
  expect(await page.getByLabel('Pattern', { exact: true }).first().inputValue()).toBe('lidl');
  expect(problems()).toEqual([]);
});

test('one change of one’s own is read once', async () => {
  const [page, other] = [await open('editor'), await open('other')];
  const lists: string[] = [];
  page.on('request', (request) => {
    if (/\/categories\?_start=0&_end=50/.test(request.url())) lists.push(request.url());
  });
  await page.getByRole('button', { name: 'New category' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Books');
  await page.getByRole('button', { name: 'Save' }).click();
  // By then it was told to everyone.
  for (const one of [page, other]) await one.getByRole('link', { name: 'Books' }).waitFor();
  await api.post('/api/admin/categories', { name: 'Travel' });
  await page.getByRole('link', { name: 'Travel' }).waitFor();
  expect(lists).toHaveLength(2);
});

test('whoever is signed out elsewhere is asked to sign in, and hears on after that', async () => {
  const page = await open('editor');
  const user = await api.database('admin_users').where({ email: 'editor@example.com' }).first('id');
  await api.database('admin_sessions').where({ user_id: user.id }).delete();
  // What ends sessions is in the log; here for the sake of its being told.
  await api.database('audit_log').insert({
    actor_type: 'system',
    actor_name: 'test',
    action: 'sign_out',
    resource: 'users',
    resource_id: String(user.id),
  });
  await page.getByText('Your session has ended').waitFor();
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery staple');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Your session has ended').waitFor({ state: 'detached' });
  await waitFor(async () => {
    const [row] = await api
      .database('admin_sessions')
      .where({ user_id: user.id })
      .count<{ count: number }[]>('* as count');
    return row?.count === 1;
  });
  await api.post('/api/admin/categories', { name: 'Travel' });
  await page.getByRole('link', { name: 'Travel' }).waitFor();
});
