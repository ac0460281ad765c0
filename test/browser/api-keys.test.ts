import { beforeEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { accessibilityViolations } from '../helpers/browser.ts';
import { startTestConsole } from '../helpers/test-console.ts';

const root = 'root@example.com';

const { api, openPage, problems } = await startTestConsole({ users: { [root]: 'admin' } });

let key: string;
beforeEach(async () => {
  await api.database('api_keys').whereNot({ name: 'bootstrap' }).delete();
  key = (await api.post('/api/admin/api-keys', { name: 'core banking', scopes: ['read'] })).body
    .key;
});

async function open(): Promise<Page> {
  const page = await openPage('/admin/api-keys', { as: root });
  await row(page, 'core banking').waitFor();
  return page;
}

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const use = (withKey: string) =>
  api.get('/api/integrations/batches', { Authorization: `Bearer ${withKey}` });

test('creates one, which is shown once and works within its scopes', async () => {
  const page = await open();
  await page.getByRole('button', { name: /New key$/ }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Name').fill('reporting');
  await drawer.getByRole('checkbox', { name: /^read/ }).check();
  await drawer.getByRole('button', { name: 'Create' }).click();
  await drawer.getByText('Copy the key now. It is not shown again.').waitFor();
  const created = (await drawer.locator('code').textContent()) as string;
  expect(await accessibilityViolations(page)).toEqual([]);
  await drawer.getByRole('button', { name: 'I have copied it' }).click();
  await row(page, 'reporting').getByText('read', { exact: true }).waitFor();
  expect((await use(created)).status).toBe(200);
  const refused = await api.get('/api/admin/categories', { Authorization: `Bearer ${created}` });
  expect(refused.status).toBe(403);
  await page.reload();
  await row(page, 'reporting').waitFor();
  expect(await page.content()).not.toContain(created);
  expect(problems()).toEqual([]);
});

test('asks for a name and a scope', async () => {
  const page = await open();
  await page.getByRole('button', { name: /New key$/ }).click();
  const drawer = page.getByRole('dialog');
  for (const scope of ['ingest', 'read'])
    await drawer.getByRole('checkbox', { name: new RegExp(`^${scope}`) }).uncheck();
  await drawer.getByRole('button', { name: 'Create' }).click();
  await drawer.getByText('Enter a name.').waitFor();
  await drawer.getByText('Choose at least one.').waitFor();
  expect(problems()).toEqual([]);
});

test('tells when one was last used', async () => {
  const page = await open();
  await row(page, 'core banking').getByText('Never').waitFor();
  await use(key);
  await page.reload();
  await row(page, 'core banking').waitFor();
  expect(await row(page, 'core banking').getByText('Never').count()).toBe(0);
});

test('revokes one after a question; it stops working, and stays in the list', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Revoke core banking' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  expect((await use(key)).status).toBe(200);
  await page.getByRole('button', { name: 'Revoke core banking' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await row(page, 'core banking')
    .getByText(/^Revoked/)
    .waitFor();
  expect((await use(key)).status).toBe(401);
  expect(problems()).toEqual([]);
});
