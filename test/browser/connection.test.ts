import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { insertCategory, insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { startTestConsole } from '../helpers/test-console.ts';

const { api, openPage } = await startTestConsole({
  users: { 'viewer@example.com': 'viewer' },
});

beforeAll(async () => {
  await insertCategory(api.database, 'Food', ['food']);
  await insertTestBatch(api.database, [makeTransaction({ accountId: 'acc-1' })]);
});

async function open(): Promise<Page> {
  const page = await openPage('/admin/accounts', { as: 'viewer@example.com' });
  await page.getByRole('link', { name: 'acc-1' }).waitFor();
  return page;
}

const isAway = (page: Page) =>
  page.getByText(/The server is unreachable\. This page will reconnect/);

test('a list says that the server is away, and comes back by itself', async () => {
  const page = await open();
  await page.context().setOffline(true);
  await page.getByLabel('Account id starts with').fill('acc');
  await isAway(page).waitFor();
  await page.context().setOffline(false);
  await isAway(page).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'acc-1' }).waitFor();
});

test('a page whose code has not come yet says so, and comes back by itself', async () => {
  const page = await open();
  await page.context().setOffline(true);
  await page.getByRole('link', { name: 'Categories' }).click();
  await page.getByText('Could not load this page').waitFor();
  await isAway(page).waitFor();
  await page.context().setOffline(false);
  await page.getByRole('link', { name: 'Food' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/admin/categories');
});
