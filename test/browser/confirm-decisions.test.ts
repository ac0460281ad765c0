import { beforeEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { violationsInEachLook } from '../helpers/browser.ts';
import { startTestConsole } from '../helpers/test-console.ts';
import { emptyTables } from '../helpers/test-database.ts';
import { startTestStack } from '../helpers/test-stack.ts';

const editor = 'editor@example.com';
const viewer = 'viewer@example.com';

const stack = await startTestStack();
const { openPage, problems } = await startTestConsole({
  users: { [editor]: 'editor', [viewer]: 'viewer' },
  servers: stack,
});

beforeEach(async () => {
  await emptyTables(stack.api.database);
  await stack.api.post('/api/admin/categories/import', {
    categories: [{ name: 'Coffee', patterns: ['tim hortons'] }, { name: 'Bars' }],
  });
});

async function open(email = editor): Promise<Page> {
  await stack.process(
    Array.from({ length: 3 }, (_, place) => ({ merchantName: `TIM HORTONS #${place}` })),
  );
  const page = await openPage('/admin/confirm-decisions', { as: email });
  await page.getByText('0 of 3 answered').waitFor();
  return page;
}

const sources = async (): Promise<string[][]> =>
  (await stack.api.get('/api/admin/transactions')).body.map(
    ({ category, category_source }: { category: string; category_source: string }) => [
      category,
      category_source,
    ],
  );

test('says that there is nothing to confirm', async () => {
  const page = await openPage('/admin/confirm-decisions', { as: editor });
  await page.getByText('No decisions to confirm').waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
  expect(problems()).toEqual([]);
});

test('Enter confirms a decision and goes on to the next, and c corrects it', async () => {
  const page = await open();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByText('1 of 3 answered').waitFor();
  await page.getByText('Confirmed', { exact: true }).waitFor();
  await page.keyboard.press('c');
  await page.getByRole('combobox', { name: /^Category for TIM HORTONS/ }).fill('Bar');
  await page.locator('.ant-select-item-option-active', { hasText: 'Bars' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('Corrected to').waitFor();
  await page.getByText('2 of 3 answered').waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
  await page.reload();
  await page.getByText('2 of 3 answered').waitFor();
  await page.getByText('Confirmed', { exact: true }).waitFor();
  await page.getByText('Corrected to').waitFor();
  expect((await sources()).toSorted()).toEqual([
    ['Bars', 'manual'],
    ['Coffee', 'manual'],
    ['Coffee', 'pattern'],
  ]);
  expect(problems()).toEqual([]);
});

test('a viewer sees the decisions, and is offered no change', async () => {
  const page = await open(viewer);
  expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
  expect(problems()).toEqual([]);
});
