import { afterEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { InvitedUserBody } from '../../src/api/admin/users/schema.ts';
import { violationsInEachLook } from '../helpers/browser.ts';
import { startTestConsole } from '../helpers/test-console.ts';

const { api, newPage, openPage, problems } = await startTestConsole();

afterEach(async () => {
  await api.database('admin_users').delete();
});

const invite = async () =>
  (
    await api.post<InvitedUserBody>('/api/admin/users', {
      email: 'ada@example.com',
      name: 'Ada',
      role: 'editor',
    })
  ).body;

async function choose(page: Page, password: string): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Set password and sign in' }).click();
}

test('an invited person chooses a password, and is signed in', async () => {
  const page = await openPage((await invite()).invitation_url);
  await choose(page, 'violet anchor pretzel umbrella');
  await page.getByRole('button', { name: 'Account of Ada' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/admin/');
  expect(problems()).toEqual([]);
});

test('the token of the link reaches no address that a server sees', async () => {
  const { invitation_url } = await invite();
  const token = invitation_url.split('#')[1] as string;
  const page = await newPage();
  const addresses: string[] = [];
  page.on('request', (request) => {
    addresses.push(request.url().split('#')[0] as string, request.headers().referer ?? '');
  });
  await page.goto(invitation_url);
  await choose(page, 'violet anchor pretzel umbrella');
  await page.getByRole('button', { name: 'Account of Ada' }).waitFor();
  expect(addresses.length).toBeGreaterThan(3);
  expect(addresses.join(' ')).not.toContain(token);
});

test('says at the field what is wrong with a password', async () => {
  const page = await openPage((await invite()).invitation_url);
  await choose(page, 'too short');
  await page.getByText('At least 12 characters.', { exact: true }).waitFor();
  expect(problems()).toEqual([]);
  await choose(page, 'ada@example.com');
  await page.getByText(/^Can be guessed: it is made of the e-mail address/).waitFor();
  await choose(page, 'violet anchor pretzel umbrella');
  await page.getByRole('button', { name: 'Account of Ada' }).waitFor();
});

test('says in words that a link has expired, or was used', async () => {
  const { id, invitation_url } = await invite();
  await api.database('admin_users').where({ id }).update({ invitation_expires_at: new Date() });
  const page = await openPage(invitation_url);
  await choose(page, 'violet anchor pretzel umbrella');
  await page.getByText(/has expired/).waitFor();
  await page.getByRole('link', { name: 'Go to sign-in' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
});

test('says so of a link without its token', async () => {
  const page = await openPage('/admin/accept-invitation');
  await page.getByRole('heading', { name: 'This invitation is not valid' }).waitFor();
  expect(problems()).toEqual([]);
});

test('is accessible', async () => {
  const page = await openPage((await invite()).invitation_url);
  await page.getByRole('heading', { name: 'Welcome' }).waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
});
