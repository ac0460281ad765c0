import { describe, expect, test } from '@jest/globals';
import { codeOf } from '../helpers/authenticator.ts';
import {
  accessibilityViolations,
  signInOn,
  startTestBrowser,
  violationsInEachLook,
} from '../helpers/browser.ts';

import { insertUser, testPassword } from '../helpers/sign-in.ts';
import { startTestApi } from '../helpers/test-api.ts';
import { startTestConsole } from '../helpers/test-console.ts';

const admin = 'admin@example.com';
const { api, openPage, problems } = await startTestConsole({ users: { [admin]: 'admin' } });

test('is added, asked for at the sign-in, and removed', async () => {
  await insertUser(api, 'ada@example.com', 'viewer');
  const page = await openPage('/admin/', { as: null });
  await signInOn(page, 'ada@example.com');
  await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
  const menu = page.getByRole('button', { name: 'Account of ada@example.com' });
  const drawer = page.getByRole('dialog', { name: 'Second factor' });
  await menu.click();
  await page.getByRole('menuitem', { name: 'Second factor' }).click();
  await drawer.getByLabel('Your password').fill(testPassword);
  await drawer.getByRole('button', { name: 'Continue' }).click();
  const secret = (await drawer.locator('code').innerText()).trim();
  expect(await accessibilityViolations(page)).toEqual([]);
  await drawer.getByLabel('Code', { exact: true }).fill(codeOf(secret));
  await drawer.getByRole('button', { name: 'Add second factor' }).click();
  await drawer.getByText('Save these recovery codes now.').waitFor();
  const [recoveryCode = '', lastCode = ''] = await drawer.locator('code').allInnerTexts();
  expect(await drawer.locator('code').count()).toBe(10);
  expect(await accessibilityViolations(page)).toEqual([]);
  await drawer.getByRole('button', { name: 'I have saved them' }).click();
  await drawer.waitFor({ state: 'hidden' });
  expect(problems()).toEqual([]);

  await menu.click();
  await page.getByRole('menuitem', { name: /Sign out$/ }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await signInOn(page, 'ada@example.com');
  await page.getByText('Enter the code of your authenticator app').waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  await page.getByLabel('Code', { exact: true }).fill('000000');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('The code is wrong, or was already used.').waitFor();
  await page.getByLabel('Code', { exact: true }).fill(recoveryCode.trim());
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Dashboard' }).waitFor();

  await menu.click();
  await page.getByRole('menuitem', { name: 'Second factor' }).click();
  await drawer.getByLabel('Your password').fill(testPassword);
  await drawer.getByLabel('Code', { exact: true }).fill('000000');
  expect(await accessibilityViolations(page)).toEqual([]);
  await drawer.getByRole('button', { name: 'Remove second factor' }).click();
  await drawer.getByText('is wrong, or was already used').waitFor();
  await drawer.getByLabel('Code', { exact: true }).fill(lastCode.trim());
  await drawer.getByRole('button', { name: 'Remove second factor' }).click();
  await page.getByText('Second factor removed').waitFor();
  await menu.click();
  await page.getByRole('menuitem', { name: 'Second factor' }).click();
  await drawer.getByRole('button', { name: 'Continue' }).waitFor();
});

test('is removed by an admin for who has lost it', async () => {
  const id = await insertUser(api, 'bob@example.com', 'viewer');
  await api
    .database('admin_users')
    .where({ id })
    .update({ second_factor_secret: Buffer.alloc(20), second_factor_since: new Date() });
  const page = await openPage('/admin/users');
  const user = page.getByRole('row', { name: /bob@example.com/ });
  await user.getByText('has a second factor').waitFor();
  await user.getByRole('button', { name: 'Remove the second factor of bob@example.com' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Second factor of bob@example.com removed').waitFor();
  await user.getByText('has a second factor').waitFor({ state: 'detached' });
  expect(problems()).toEqual([]);
});

describe('where everyone has to have one', () => {
  test('a new user adds one before anything else', async () => {
    const strict = await startTestApi({ config: { REQUIRE_SECOND_FACTOR: true } });
    const browser = await startTestBrowser(strict.url);
    try {
      await insertUser(strict, 'new@example.com', 'viewer');
      const { page, problems: problemsThere } = await browser.open({ as: 'nobody' });
      await page.goto('/admin/categories');
      await signInOn(page, 'new@example.com');
      await page.getByRole('heading', { name: 'Add a second factor' }).waitFor();
      expect(await page.getByRole('navigation').count()).toBe(0);
      expect(await violationsInEachLook(page)).toEqual([]);
      await page.getByLabel('Your password').fill(testPassword);
      await page.getByRole('button', { name: 'Continue' }).click();
      const secret = (await page.locator('code').innerText()).trim();
      expect(await violationsInEachLook(page)).toEqual([]);
      await page.getByLabel('Code', { exact: true }).fill(codeOf(secret));
      await page.getByRole('button', { name: 'Add second factor' }).click();
      await page.getByText('Save these recovery codes now.').waitFor();
      await page.getByRole('button', { name: 'I have saved them' }).click();
      // On to the page that was asked for.
      await page.getByRole('heading', { name: 'Categories' }).waitFor();
      expect(problemsThere).toEqual([]);
    } finally {
      await browser.close();
      await strict.stop();
    }
  });
});
