import { beforeEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { accessibilityViolations, violationsInEachLook } from '../helpers/browser.ts';
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
  await drawer.getByText('Copy the key now. You will not see it again.').waitFor();
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
  await row(page, 'core banking').getByText('Never', { exact: true }).waitFor();
  await use(key);
  await page.reload();
  await row(page, 'core banking').waitFor();
  expect(await row(page, 'core banking').getByText('Never', { exact: true }).count()).toBe(0);
});

test('revokes one after a question; it stops working, and stays in the list', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Revoke core banking' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  expect((await use(key)).status).toBe(200);
  await page.getByRole('button', { name: 'Revoke core banking' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await row(page, 'core banking').getByText('revoked').waitFor();
  expect((await use(key)).status).toBe(401);
  expect(problems()).toEqual([]);
});

test('creates one that is bound to accounts and expires', async () => {
  const page = await open();
  await page.getByRole('button', { name: /New key$/ }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Name').fill('branch 7');
  const accounts = drawer.getByLabel('Accounts');
  await accounts.fill('branch-7-');
  await accounts.press('Enter');
  await accounts.fill('Branch 7/');
  await accounts.press('Enter');
  await drawer.getByTitle('Never').click();
  await page.getByTitle('In 90 days').click();
  await drawer.getByRole('button', { name: 'Create' }).click();
  await drawer.getByRole('button', { name: 'I have copied it' }).click();
  const created = row(page, 'branch 7');
  await created.getByText('branch-7-…').waitFor();
  await created.getByText(root).waitFor();
  await created.getByText('live').waitFor();
  const [stored] = (await api.get('/api/admin/api-keys?name=branch 7')).body;
  expect(stored).toMatchObject({
    account_prefixes: ['branch-7-', 'Branch 7/'],
    created_by: { type: 'user', name: root },
  });
  const days = (Date.parse(stored.expires_at) - Date.now()) / 86_400_000;
  expect(Math.abs(days - 90)).toBeLessThan(1);
  expect(problems()).toEqual([]);
});

test('creates one that is good until the end of a day', async () => {
  const page = await open();
  await page.getByRole('button', { name: /New key$/ }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Name').fill('auditor');
  await drawer.getByTitle('Never').click();
  await page.getByTitle('After a day of your choice').click();
  await drawer.getByRole('button', { name: 'Create' }).click();
  await drawer.getByText('Choose a day.').waitFor();
  await drawer.getByLabel('Last day').fill('2099-12-31');
  await drawer.getByLabel('Last day').press('Tab');
  await drawer.getByRole('button', { name: 'Create' }).click();
  await drawer.getByRole('button', { name: 'I have copied it' }).click();
  await row(page, 'auditor').getByText('live').waitFor();
  const [stored] = (await api.get('/api/admin/api-keys?name=auditor')).body;
  const endsAt = await page.evaluate(() => new Date(2099, 11, 31, 23, 59, 59, 999).toISOString());
  expect(stored.expires_at).toBe(endsAt);
  expect(problems()).toEqual([]);
});

test('takes no accounts for a key that administers', async () => {
  const page = await open();
  await page.getByRole('button', { name: /New key$/ }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Name').fill('operations');
  await drawer.getByRole('checkbox', { name: /^admin/ }).check();
  await drawer.getByText('An admin key has access to all accounts.').waitFor();
  expect(await drawer.getByLabel('Accounts').isDisabled()).toBe(true);
  await drawer.getByRole('button', { name: 'Create' }).click();
  await drawer.getByRole('button', { name: 'I have copied it' }).click();
  await row(page, 'operations').getByText('All', { exact: true }).waitFor();
  expect(problems()).toEqual([]);
});

test('rotates one: shows the successor once, and until when the old one is good', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Rotate core banking' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('radio', { name: 'One hour' }).check();
  expect(await violationsInEachLook(page)).toEqual([]);
  await drawer.getByRole('button', { name: 'Rotate' }).click();
  await drawer.getByText(/The old key stops working at .*\./).waitFor();
  const successor = (await drawer.locator('code').textContent()) as string;
  await drawer.getByRole('button', { name: 'I have copied it' }).click();
  await row(page, 'core banking').getByText('rotating').waitFor();
  await row(page, 'core banking').getByText('rotated by').waitFor();
  expect([(await use(key)).status, (await use(successor)).status]).toEqual([200, 200]);
  const keys = (await api.get('/api/admin/api-keys?name=core banking&_sort=id')).body;
  expect(keys).toMatchObject([{ rotated_to: keys[1].id }, { rotated_from: keys[0].id }]);
  expect(problems()).toEqual([]);
});

test('finds keys by their state, and by who made them', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Revoke core banking' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await row(page, 'core banking').getByText('revoked').waitFor();
  await page.getByRole('combobox', { name: 'Status' }).click();
  await page.getByTitle('Live', { exact: true }).click();
  await row(page, 'core banking').waitFor({ state: 'hidden' });
  await row(page, 'bootstrap').getByText('from the environment').waitFor();
  await page.getByRole('searchbox', { name: 'Search keys' }).fill('nobody');
  await page.getByText('No matching keys').waitFor();
  expect(problems()).toEqual([]);
});

test('is accessible', async () => {
  await api.post('/api/admin/api-keys', {
    name: 'bound',
    scopes: ['ingest'],
    account_prefixes: ['a-', 'b-', 'c-'],
    expires_at: new Date(Date.now() + 86_400_000).toISOString(),
  });
  const page = await open();
  await row(page, 'bound').getByText('expires soon').waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
  await page.getByRole('button', { name: /New key$/ }).click();
  await page.getByRole('dialog').getByLabel('Name').waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
  expect(problems()).toEqual([]);
});
