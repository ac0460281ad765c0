import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { accessibilityViolations, signInOn, violationsInEachLook } from '../helpers/browser.ts';
import { insertUser, signIn, testPassword } from '../helpers/sign-in.ts';
import { startTestConsole } from '../helpers/test-console.ts';

let userId: number;
const ada = 'ada@example.com';

const { api, openPage, problems } = await startTestConsole();

beforeEach(async () => {
  userId = await insertUser(api, ada, 'editor');
});

afterEach(async () => {
  await api.database('admin_users').delete();
  await api.database('categories').delete();
});

async function open(path = '/admin/categories'): Promise<Page> {
  const page = await openPage(path, { as: ada });
  await page.getByRole('button', { name: `Account of ${ada}` }).waitFor();
  return page;
}

async function choose(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: `Account of ${ada}` }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

/** What has the same effect as hours without a request. */
const endSessions = () =>
  api
    .database('admin_sessions')
    .where({ user_id: userId })
    .update({ last_seen_at: api.database.raw("now() - interval '8 hours 1 second'") });

/**
 * Ends the sessions when the page sends this request, the first one to be refused. Any other request that was refused
 * before it would ask for the password too soon.
 */
const endSessionsBy = (page: Page, path: RegExp) =>
  page.route(
    path,
    async (route) => {
      await endSessions();
      await route.continue();
    },
    { times: 1 },
  );

const names = async () =>
  (await api.get('/api/admin/categories')).body.map(({ name }: { name: string }) => name);

test('changes the password', async () => {
  const page = await open();
  await choose(page, 'key Change password');
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Current password').fill(testPassword);
  await drawer.getByLabel('New password').fill('violet anchor pretzel umbrella');
  expect(await accessibilityViolations(page)).toEqual([]);
  await drawer.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Password changed. Your other sessions have ended.').waitFor();
  expect(problems()).toEqual([]);
  const answer = await api.post('/api/admin/session', {
    email: ada,
    password: 'violet anchor pretzel umbrella',
  });
  expect(answer.status).toBe(200);
});

test('says at the fields why a password was not changed', async () => {
  const page = await open();
  await choose(page, 'key Change password');
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Current password').fill('not this one');
  await drawer.getByLabel('New password').fill('short');
  await drawer.getByRole('button', { name: 'Change password' }).click();
  await drawer.getByText('At least 12 characters.', { exact: true }).waitFor();
  await drawer.getByLabel('New password').fill('violet anchor pretzel umbrella');
  await drawer.getByRole('button', { name: 'Change password' }).click();
  await drawer.getByText('Is wrong.').waitFor();
});

test('shows where one is signed in, and ends what one does not want', async () => {
  const page = await open();
  const [first, second, third] = [
    await signIn(api, ada),
    await signIn(api, ada),
    await signIn(api, ada),
  ];
  await api
    .database('admin_sessions')
    .update({ user_agent: 'Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0' })
    .whereNotNull('user_agent');
  await choose(page, 'desktop Active sessions');
  const drawer = page.getByRole('dialog');
  const end = drawer.getByRole('button', { name: 'End session: Firefox on Windows' });
  await end.nth(2).waitFor();
  expect(await drawer.getByText('This browser').count()).toBe(1);
  expect(await violationsInEachLook(page)).toEqual([]);
  await end.first().click();
  await page.getByText('Session ended: Firefox on Windows').waitFor();
  await end.nth(2).waitFor({ state: 'detached' });
  const alive = async () =>
    (
      await Promise.all(
        [first, second, third].map((session) => api.get('/api/admin/session', session)),
      )
    ).filter(({ status }) => status === 200).length;
  expect(await alive()).toBe(2);
  await drawer.getByRole('button', { name: 'End all other sessions' }).click();
  await page.getByText('Other sessions ended').waitFor();
  await end.first().waitFor({ state: 'detached' });
  expect(await alive()).toBe(0);
  await drawer.getByText('This browser').waitFor();
  expect(problems()).toEqual([]);
});

test('signs out everywhere, after a question', async () => {
  const page = await open();
  const elsewhere = await signIn(api, ada);
  await choose(page, 'Sign out everywhere');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  expect((await api.get('/api/admin/session', elsewhere)).status).toBe(200);
  await choose(page, 'Sign out everywhere');
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect((await api.get('/api/admin/session', elsewhere)).status).toBe(401);
  expect(problems()).toEqual([]);
});

test('a session that ends while one types loses nothing of what was typed', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'New category' }).click();
  const form = page.getByRole('dialog').filter({ hasText: 'New category' });
  await form.getByLabel('Name').fill('Typed before');
  await endSessionsBy(page, /\/categories$/);
  await form.getByRole('button', { name: 'Save' }).click();
  const again = page.getByRole('dialog').filter({ hasText: 'Your session has ended' });
  await again.getByLabel('Password', { exact: true }).waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  expect(await again.getByLabel('E-mail').inputValue()).toBe(ada);
  await again.getByLabel('Password', { exact: true }).fill('not this one');
  await again.getByRole('button', { name: 'Sign in' }).click();
  await again.getByText('The e-mail address or password is wrong.').waitFor();
  await again.getByLabel('Password', { exact: true }).fill(testPassword);
  await again.getByRole('button', { name: 'Sign in' }).click();
  await again.waitFor({ state: 'detached' });
  expect(await form.getByLabel('Name').inputValue()).toBe('Typed before');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('link', { name: 'Typed before' }).waitFor();
  expect(await names()).toEqual(['Typed before']);
});

test('a session that ends while one looks goes on with the page that was asked for', async () => {
  await api.post('/api/admin/categories', { name: 'Books' });
  const page = await open('/admin/category-patterns');
  await page.getByText('No patterns yet').waitFor();
  // The list, unlike the categories of the filters, is asked for by pages of 50.
  await endSessionsBy(page, /\/categories\?.*_end=50\b/);
  await page.getByRole('link', { name: 'Categories' }).click();
  await page.getByText('Your session has ended').waitFor();
  await page.getByLabel('Password', { exact: true }).fill(testPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Books' }).waitFor();
});

test('what one has typed is not for somebody else who signs in', async () => {
  await insertUser(api, 'eve@example.com', 'editor');
  const page = await open();
  await page.getByRole('button', { name: 'New category' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Typed before');
  await endSessionsBy(page, /\/categories$/);
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  const again = page.getByRole('dialog').filter({ hasText: 'Your session has ended' });
  await again.getByLabel('E-mail').fill('eve@example.com');
  await again.getByLabel('Password', { exact: true }).fill(testPassword);
  await again.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Account of eve@example.com' }).waitFor();
  await page.getByRole('heading', { name: 'Categories' }).waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
});

test('a page that is opened after the session has ended is shown after the sign-in', async () => {
  const page = await open('/admin/');
  await endSessions();
  await page.goto('/admin/batches?pageSize=50');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await signInOn(page, ada);
  await page.getByRole('heading', { name: 'Batches' }).waitFor();
  expect(page.url()).toContain('/admin/batches?pageSize=50');
});
