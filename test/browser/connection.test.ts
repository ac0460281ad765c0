import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { signInOn, startTestBrowser, type TestBrowser, type TestPage } from '../helpers/browser.ts';
import { insertCategory, insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { insertUser } from '../helpers/sign-in.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';

let api: TestApi;
let browser: TestBrowser;
let opened: TestPage | undefined;

beforeAll(async () => {
  api = await startTestApi();
  browser = await startTestBrowser(api.url);
  await insertUser(api, 'viewer@example.com', 'viewer');
  await insertCategory(api.database, 'Food', ['food']);
  await insertTestBatch(api.database, [makeTransaction({ accountId: 'acc-1' })]);
}, 60_000);

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

afterAll(async () => {
  await browser?.close();
  await api?.stop();
});

async function open(): Promise<Page> {
  opened = await browser.open();
  const { page } = opened;
  await page.goto('/admin/accounts');
  await signInOn(page, 'viewer@example.com');
  await page.getByRole('link', { name: 'acc-1' }).waitFor();
  return page;
}

const isAway = (page: Page) => page.getByText(/The server cannot be reached\. This page goes on/);

test('a list says that the server is away, and comes back by itself', async () => {
  const page = await open();
  await page.context().setOffline(true);
  await page.getByLabel('Account id begins with').fill('acc');
  await isAway(page).waitFor();
  await page.context().setOffline(false);
  await isAway(page).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'acc-1' }).waitFor();
});

test('a page whose code has not come yet says so, and comes back by itself', async () => {
  const page = await open();
  await page.context().setOffline(true);
  await page.getByRole('link', { name: 'Categories' }).click();
  await page.getByText('This page could not be loaded').waitFor();
  await isAway(page).waitFor();
  await page.context().setOffline(false);
  await page.getByRole('link', { name: 'Food' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/admin/categories');
});
