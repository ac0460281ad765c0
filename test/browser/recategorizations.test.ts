import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Recategorization } from '../../src/db/models/recategorization.ts';
import { violationsInEachLook } from '../helpers/browser.ts';
import { startTestConsole } from '../helpers/test-console.ts';
import { startTestStack } from '../helpers/test-stack.ts';
import { waitFor } from '../helpers/wait-for.ts';

const editor = 'editor@example.com';
const viewer = 'viewer@example.com';

const stack = await startTestStack();
const { openPage, problems } = await startTestConsole({
  users: { [editor]: 'editor', [viewer]: 'viewer' },
  servers: stack,
});

beforeAll(async () => {
  await stack.process([
    { merchantName: 'Shell 1', accountId: 'a' },
    { merchantName: 'Shell 2', accountId: 'b' },
    { merchantName: 'Nobody', accountId: 'b' },
  ]);
  await stack.api.post('/api/admin/categories/import', {
    categories: [{ name: 'Fuel', patterns: ['shell'] }],
  });
});

beforeEach(async () => {
  const open = '/api/admin/recategorizations?status=pending&status=processing';
  await waitFor(async () => (await stack.api.get(open)).body.length === 0);
  await stack.api.database('recategorizations').delete();
});

async function open(email = editor): Promise<Page> {
  const page = await openPage('/admin/recategorizations', { as: email });
  await page.getByRole('heading', { name: 'Apply to history' }).waitFor();
  return page;
}

test('applies the patterns to one account, and says what has changed', async () => {
  const page = await open();
  await page.getByText('No runs yet').waitFor();
  await page.getByRole('button', { name: 'Apply to history' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Account').fill('b');
  await drawer.getByRole('button', { name: 'Apply to history' }).click();
  const row = page.getByRole('row', { name: /in account b/ });
  await row.getByText('completed').waitFor();
  // Names are for everybody, addresses for admins.
  await row.getByText(/^by User \d+$/).waitFor();
  expect((await row.getByRole('cell').allInnerTexts()).slice(3, 6)).toEqual(['1', '1', '0']);
  expect(await row.getByRole('link').getAttribute('href')).toContain(
    '/workflows/recategorization-',
  );
  expect(problems()).toEqual([]);
});

test('warns before it decides anew what was set by hand', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Apply to history' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByText('Only uncategorized').click();
  await drawer.getByLabel('Also replace categories set by hand').check();
  await drawer.getByText(/You will lose/).waitFor();
  await drawer.getByRole('button', { name: 'Apply to history' }).click();
  await page.getByText('including categories set by hand').waitFor();
  expect(problems()).toEqual([]);
});

test('shows the progress of a run, and cancels it', async () => {
  const run = await Recategorization.query(stack.api.database)
    .insert({
      id: crypto.randomUUID(),
      scope: 'all',
      requestedBy: 'somebody',
      status: 'processing',
      firstTransactionId: 1,
      lastTransactionId: 200,
      doneIdCount: 50,
      changedCount: 7,
    })
    .returning('*');
  const page = await open();
  const row = page.getByRole('row', { name: /by somebody/ });
  await row.getByText('25%').waitFor();
  await row.getByText('processing').waitFor();
  await run.$query(stack.api.database).patch({ doneIdCount: 100 });
  await row.getByText('50%').waitFor();
  await row.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Cancel run' }).click();
  await row.getByText('cancelled').waitFor();
  expect(problems()).toEqual([]);
});

test('a viewer sees the runs, and starts none', async () => {
  const page = await open(viewer);
  await page.getByText('No runs yet').waitFor();
  expect(await page.getByRole('button', { name: 'Apply to history' }).count()).toBe(0);
});

test('is accessible', async () => {
  await stack.api.post('/api/admin/recategorizations', {});
  const page = await open(editor);
  await page.getByText('completed').waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
  await page.getByRole('button', { name: 'Apply to history' }).click();
  await page.getByRole('dialog').getByLabel('Account').waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
});
