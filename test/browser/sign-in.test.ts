import { expect, test } from '@jest/globals';
import { accessibilityViolations, show, signInOn } from '../helpers/browser.ts';
import { type ConsolePageOptions, startTestConsole } from '../helpers/test-console.ts';

const admin = 'admin@example.com';
const viewer = 'viewer@example.com';

const { openPage, problems } = await startTestConsole({
  users: { [admin]: 'admin', [viewer]: 'viewer' },
});

/** Nobody is signed in yet. */
const open = (path: string, options?: ConsolePageOptions) =>
  openPage(path, { ...options, as: null });

test('signs in, and out again', async () => {
  const page = await open('/admin/');
  await signInOn(page, admin);
  await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
  await page.getByRole('button', { name: 'Account of admin@example.com' }).click();
  await page.getByRole('menuitem', { name: /Sign out$/ }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.goto('/admin/categories');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(problems()).toEqual([]);
});

test('leads to the page that was asked for', async () => {
  const page = await open('/admin/category-patterns?pageSize=25');
  await signInOn(page, admin);
  await page.getByRole('heading', { name: 'Patterns' }).waitFor();
  expect(page.url()).toContain('/admin/category-patterns?pageSize=25');
});

test('does not lead away from the console', async () => {
  const page = await open('/admin/sign-in?from=//example.com/');
  await signInOn(page, admin);
  await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
  expect(problems()).toEqual([]);
});

test('says that a password is wrong', async () => {
  const page = await open('/admin/');
  await signInOn(page, admin, 'not this one at all');
  await page.getByRole('alert').waitFor();
  expect(await page.getByLabel('E-mail').inputValue()).toBe(admin);
});

test('does not move for those who want no motion', async () => {
  const page = await open('/admin/');
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  const duration = () =>
    page.evaluate("getComputedStyle(document.querySelector('[type=submit]')).transitionDuration");
  expect(await duration()).toBe('0s');
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.reload();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(await duration()).not.toBe('0s');
});

test('asks for what is missing without asking the server', async () => {
  const page = await open('/admin/');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Enter your e-mail address.').waitFor();
  await page.getByText('Enter your password.').waitFor();
  expect(problems()).toEqual([]);
});

test('a viewer is not offered what only others may do', async () => {
  const page = await open('/admin/categories');
  await signInOn(page, viewer);
  await page.getByRole('heading', { name: 'Categories' }).waitFor();
  await page.getByText('No categories yet').waitFor();
  expect(await page.getByRole('button', { name: 'New category' }).count()).toBe(0);
  expect(await page.getByRole('link', { name: 'API keys' }).count()).toBe(0);
  expect(problems()).toEqual([]);
});

test('the navigation is behind a button on a phone', async () => {
  const page = await open('/admin/', { width: 390 });
  await signInOn(page, admin);
  await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
  await page.getByRole('button', { name: 'Open navigation' }).click();
  await page.getByRole('link', { name: 'Batches', exact: true }).click();
  await page.getByRole('heading', { name: 'Batches' }).waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  expect(problems()).toEqual([]);
});

test('colours are those of the system, until someone chooses', async () => {
  const page = await open('/admin/', { colorScheme: 'dark' });
  const theme = () => page.evaluate('document.documentElement.dataset.theme');
  expect(await theme()).toBe('dark');
  await signInOn(page, admin);
  await page.getByRole('button', { name: 'Account of admin@example.com' }).click();
  await page.getByRole('menuitem', { name: 'Light' }).click();
  expect(await theme()).toBe('light');
  await page.reload();
  expect(await theme()).toBe('light');
});

test.each([1280, 390])(
  'is accessible at %i pixels, in the light and in the dark',
  async (width) => {
    const page = await open('/admin/', { width });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await show(page, { width, colorScheme: 'dark' });
    await page.locator('html[data-theme="dark"]').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
  },
);
