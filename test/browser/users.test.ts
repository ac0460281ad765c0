import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { UserBody } from '../../src/api/admin/users/schema.ts';
import { accessibilityViolations, violationsInEachLook } from '../helpers/browser.ts';
import { insertUser, openSession } from '../helpers/sign-in.ts';
import { startTestConsole } from '../helpers/test-console.ts';

const root = 'root@example.com';
const bob = 'bob@example.com';

const { api, openPage, problems } = await startTestConsole({ users: { [root]: 'admin' } });

beforeEach(async () => {
  await insertUser(api, bob, 'viewer');
});

afterEach(async () => {
  await api.database('admin_users').whereNot({ email: root }).delete();
});

async function open(as = root): Promise<Page> {
  const page = await openPage('/admin/users', { as });
  await page.getByRole('button', { name: `Account of ${as}` }).waitFor();
  return page;
}

const users = async () => (await api.get<UserBody[]>('/api/admin/users?_sort=id')).body;
const user = async (email: string) => (await users()).find((one) => one.email === email);

test('lists who may sign in, in which role, and since when they have not', async () => {
  const page = await open();
  const row = page.getByRole('row').filter({ hasText: bob });
  await row.getByText('active').waitFor();
  await row.getByText('viewer').waitFor();
  await row.getByText('Never').waitFor();
  await page.getByRole('row').filter({ hasText: root }).getByText('You').waitFor();
  expect(problems()).toEqual([]);
});

test('invites: shows the link once, and until when it is good', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Invite' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Name').fill('Ada');
  await drawer.getByLabel('E-mail').fill('ada@example.com');
  await drawer.getByRole('radio', { name: /^Editor/ }).check();
  await drawer.getByRole('button', { name: 'Invite' }).click();
  const link = drawer.getByText('/admin/accept-invitation#');
  expect(await link.textContent()).toMatch(`${api.url}/admin/accept-invitation#`);
  await drawer.getByText(/It works once, until/).waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  await drawer.getByRole('button', { name: 'I have copied it' }).click();
  await page.getByRole('row').filter({ hasText: 'ada@example.com' }).getByText('invited').waitFor();
  expect(await user('ada@example.com')).toMatchObject({
    role: 'editor',
    status: 'invited',
    may_export: true,
  });
  expect(problems()).toEqual([]);
});

test('says who may export, which viewers may not unless an admin allows it', async () => {
  const viewer = await openPage('/admin/transactions', { as: bob });
  await viewer.getByRole('button', { name: 'Export CSV' }).hover({ force: true });
  await viewer.getByText('You are not allowed to export data. Ask an admin to allow it.').waitFor();
  expect(await viewer.getByRole('button', { name: 'Export CSV' }).isDisabled()).toBe(true);

  const page = await open();
  const row = page.getByRole('row').filter({ hasText: bob });
  await row.getByText('cannot export').waitFor();
  await row.getByRole('button', { name: `Edit ${bob}` }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('checkbox', { name: 'Can export data as files' }).check();
  expect(await violationsInEachLook(page)).toEqual([]);
  await drawer.getByRole('button', { name: 'Save' }).click();
  await row.getByText('can export', { exact: true }).waitFor();
  expect(await user(bob)).toMatchObject({ role: 'viewer', may_export: true });
  const allowed = await openPage('/admin/transactions', { as: bob });
  await allowed.getByRole('link', { name: 'Export CSV' }).waitFor();
  expect(problems()).toEqual([]);
});

test('says at the fields why nobody was invited', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Invite' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Name').fill('Bob again');
  await drawer.getByLabel('E-mail').fill(bob);
  await drawer.getByRole('button', { name: 'Invite' }).click();
  await drawer.getByText('Is the address of another user.').waitFor();
  expect((await users()).map(({ name, status }) => [name, status])).toEqual([
    [root, 'active'],
    [bob, 'active'],
  ]);
});

test('invites again: the link that was there is void', async () => {
  const { body: ada } = await api.post('/api/admin/users', {
    email: 'ada@example.com',
    name: 'Ada',
    role: 'viewer',
  });
  const page = await open();
  await page.getByRole('button', { name: 'Invite again: Ada' }).click();
  const dialog = page.getByRole('dialog');
  const text = await dialog.getByText('/admin/accept-invitation#').textContent();
  const accept = (link: string) =>
    api.post('/api/admin/invitations/accept', {
      token: link.split('#')[1],
      password: 'a password of hers',
    });
  expect((await accept(ada.invitation_url)).status).toBe(400);
  expect((await accept(text as string)).status).toBe(200);
  expect(problems()).toEqual([]);
});

test('gives another role', async () => {
  const page = await open();
  await page.getByRole('button', { name: `Edit ${bob}` }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('radio', { name: /^Editor/ }).check();
  await drawer.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('row').filter({ hasText: bob }).getByText('editor').waitFor();
  expect(await user(bob)).toMatchObject({ role: 'editor' });
  expect(problems()).toEqual([]);
});

test('disables after a question, and enables again', async () => {
  const page = await open();
  const row = page.getByRole('row').filter({ hasText: bob });
  await page.getByRole('button', { name: `Disable ${bob}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await row.getByText('disabled').waitFor();
  expect(await user(bob)).toMatchObject({ status: 'disabled' });
  await page.getByRole('button', { name: `Enable ${bob}` }).click();
  await row.getByText('active').waitFor();
  expect(problems()).toEqual([]);
});

test('nobody locks themselves out: the last admin stays one', async () => {
  const page = await open();
  expect(await page.getByRole('button', { name: `Disable ${root}` }).count()).toBe(0);
  await page.getByRole('button', { name: `Edit ${root}` }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('radio', { name: /^Viewer/ }).check();
  await drawer
    .getByText('This is your own account. Only another admin can give you the admin role back.')
    .waitFor();
  await drawer.getByRole('button', { name: 'Save' }).click();
  await page
    .getByText('This is the last admin who can sign in. Make another user an admin first.')
    .waitFor();
  expect(await user(root)).toMatchObject({ role: 'admin' });
});

test('a viewer gets no list of users, wherever they look for it', async () => {
  const page = await open(bob);
  expect(await page.getByRole('link', { name: 'Users' }).count()).toBe(0);
  expect(await page.getByRole('link', { name: 'API keys' }).count()).toBe(0);
  await page.getByText('This request needs the role admin; your role is viewer.').waitFor();
  expect(await page.getByRole('button', { name: 'Invite' }).count()).toBe(0);
});

test('is accessible', async () => {
  const page = await open(root);
  await page.getByRole('row').filter({ hasText: bob }).waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
  await page.getByRole('button', { name: /Invite user$/ }).click();
  await page.getByRole('dialog').getByLabel('Name').waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
  expect(problems()).toEqual([]);
});

test('lists the keys that somebody leaves behind before they are disabled', async () => {
  const gone = 'gone@example.com';
  const session = await openSession(api, await insertUser(api, gone, 'admin'));
  for (let key = 1; key <= 6; key++)
    await api.post('/api/admin/api-keys', { name: `bank ${key}`, scopes: ['read'] }, session);
  const page = await open();
  await page.getByRole('button', { name: `Disable ${gone}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('They created 6 API keys that will keep working.').waitFor();
  await dialog.getByRole('checkbox', { name: 'bank 6' }).waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
  await dialog.getByRole('link', { name: 'Rotate keys instead' }).click();
  await page.getByRole('heading', { name: 'API keys' }).waitFor();
  await page.getByRole('row', { name: /bank 1/ }).waitFor();
  await dialog.waitFor({ state: 'hidden' });
  expect(await page.getByRole('row', { name: /bank/ }).count()).toBe(6);
  expect((await user(gone))?.status).toBe('active');
  expect(problems()).toEqual([]);
});

test('revokes the keys that are chosen with the user, and leaves the others', async () => {
  const gone = 'leaving@example.com';
  const session = await openSession(api, await insertUser(api, gone, 'admin'));
  const create = async (name: string) =>
    (await api.post('/api/admin/api-keys', { name, scopes: ['read'] }, session)).body.key;
  const [known, used] = [await create('known to them'), await create('in use')];
  const page = await open();
  await page.getByRole('button', { name: `Disable ${gone}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: 'known to them' }).check();
  await dialog.getByRole('button', { name: 'Disable' }).click();
  await dialog.waitFor({ state: 'hidden' });
  const use = async (key: string) =>
    (await api.get('/api/integrations/batches', { Authorization: `Bearer ${key}` })).status;
  expect([await use(known), await use(used)]).toEqual([401, 200]);
  expect((await user(gone))?.status).toBe('disabled');
  expect(problems()).toEqual([]);
});
