import { beforeEach, describe, expect, test } from '@jest/globals';
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
  const { database } = stack.api;
  await emptyTables(database);
  await stack.api.post('/api/admin/categories', { name: 'Coffee' });
  await stack.process([
    ...Array.from({ length: 3 }, (_, i) => ({
      accountId: 'acc-1',
      merchantName: `TIM HORTONS #${i}`,
      amount: '-2.50',
    })),
    { merchantName: 'PUB 22', amount: '-9.00', currency: 'CAD' },
    { merchantName: 'Public Library', amount: '-1.00' },
  ]);
});

async function open(email = editor): Promise<Page> {
  const page = await openPage('/admin/uncategorized-groups', { as: email });
  await page.getByText('tim hortons', { exact: true }).waitFor();
  return page;
}

const categoriesOf = async (query: string): Promise<(string | null)[]> =>
  (await stack.api.get(`/api/admin/transactions?_sort=id&${query}`)).body.map(
    ({ category }: { category: string | null }) => category,
  );

async function chooseCategory(page: Page, text: string, option: string): Promise<void> {
  await page.getByLabel('Category', { exact: true }).fill(text);
  await page.locator('.ant-select-item-option', { hasText: option }).click();
}

test('one action makes a pattern, and gives its category to what is stored', async () => {
  const page = await open();
  await page.getByText('3 transactions', { exact: true }).waitFor();
  await page.getByText('-7.50').waitFor();
  await page.getByRole('button', { name: 'Create pattern for tim hortons' }).click();
  expect(await page.getByLabel('Pattern', { exact: true }).inputValue()).toBe('tim hortons');
  await chooseCategory(page, 'coff', 'Coffee');
  await page.getByRole('button', { name: 'Save and apply' }).click();
  await page.getByText('3 transactions changed.').waitFor();
  await page
    .getByRole('button', { name: 'Create pattern for tim hortons' })
    .waitFor({ state: 'detached' });
  expect(await categoriesOf('account_id=acc-1&q=tim')).toEqual(['Coffee', 'Coffee', 'Coffee']);
  const { body } = await stack.api.get(
    '/api/reports/account/acc-1/summary?start_date=2026-01-01&end_date=2026-01-31&currency=USD',
  );
  expect(body.top_spending_categories[0]).toMatchObject({
    category: 'Coffee',
    total_spend: '-7.50',
  });
  expect(problems()).toEqual([]);
});

test('shows what a pattern would do before it is saved', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Create pattern for pub', exact: true }).click();
  await page
    .getByText(/2 .*Uncategorized/)
    .first()
    .waitFor();
  await page.getByLabel('Whole words only').check();
  await page
    .getByText(/1 .*Uncategorized/)
    .first()
    .waitFor();
  expect(problems()).toEqual([]);
});

test('makes a category that is not there yet', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Create pattern for pub', exact: true }).click();
  await chooseCategory(page, 'Bars', 'New category “Bars”');
  await page.getByLabel('Whole words only').check();
  await page.getByRole('button', { name: 'Save and apply' }).click();
  await page.getByText('1 transaction changed.').waitFor();
  expect(await categoriesOf('q=pub')).toEqual(['Bars', null]);
  expect(problems()).toEqual([]);
});

test('says at the field what is wrong with a pattern', async () => {
  const page = await open();
  await stack.api.post('/api/admin/categories/import', {
    categories: [{ name: 'Coffee', patterns: ['horton'] }],
  });
  await page.getByRole('button', { name: 'Create pattern for tim hortons' }).click();
  await page.getByLabel('Pattern', { exact: true }).fill('HORTON');
  await chooseCategory(page, 'coff', 'Coffee');
  await page.getByRole('button', { name: 'Save and apply' }).click();
  await page.getByText(/Already exists/).waitFor();
});

test('leads to the transactions of a group, and back to the queue', async () => {
  const page = await open();
  await page.getByRole('link', { name: '3 transactions' }).click();
  await page.getByRole('heading', { name: 'Transactions' }).waitFor();
  await page.getByRole('link', { name: 'TIM HORTONS #2' }).waitFor();
  expect(await page.getByRole('link', { name: /TIM HORTONS/ }).count()).toBe(3);
  await page.goBack();
  await page.getByRole('button', { name: 'Create pattern for tim hortons' }).waitFor();
  expect(problems()).toEqual([]);
});

test('a viewer sees it, and is offered no change', async () => {
  const page = await open(viewer);
  expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
  expect(problems()).toEqual([]);
});

describe('suggestions', () => {
  beforeEach(async () => {
    const [coffee] = await stack.api.database('categories').where({ name: 'Coffee' }).select('id');
    await stack.api.post('/api/admin/categories', { name: 'Bars' });
    const answered = { category_id: coffee.id, model: 'small-model' };
    await stack.api.database('merchant_answers').insert([
      { ...answered, merchant: 'tim hortons', confidence: 0.97 },
      { ...answered, merchant: 'pub', confidence: 0.6 },
    ]);
  });

  /** The group that has the focus. */
  const focused = (page: Page): Promise<string> =>
    page.evaluate('document.activeElement.getAttribute("aria-label")');

  async function begin(): Promise<Page> {
    const page = await open();
    await page.getByRole('button', { name: 'Accept Coffee for tim hortons' }).waitFor();
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).toBe('tim hortons');
    return page;
  }

  test('say who suggests a category, how sure that is, and why', async () => {
    const page = await open();
    const group = page.getByRole('listitem', { name: 'tim hortons' });
    await group.getByText('Language model · 97%').waitFor();
    await group.getByText('small-model answered this for “tim hortons”.').waitFor();
    await page.getByRole('button', { name: 'Set category for public library' }).waitFor();
    expect(problems()).toEqual([]);
  });

  test('Enter accepts one and goes on to the next, and u takes it back', async () => {
    const page = await begin();
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('pub');
    await page.getByText('tim hortons → Coffee').waitFor();
    await page.getByText('3 transactions set.').waitFor();
    expect(await categoriesOf('q=tim')).toEqual(['Coffee', 'Coffee', 'Coffee']);
    await page.getByText('2 uncategorized transactions from 2 merchants').waitFor();
    await page.keyboard.press('u');
    await page.getByText('Undone.').waitFor();
    await page.getByRole('button', { name: 'Accept Coffee for tim hortons' }).waitFor();
    expect(await categoriesOf('q=tim')).toEqual([null, null, null]);
    expect(problems()).toEqual([]);
  });

  test('x rejects one, which is not made again', async () => {
    const page = await begin();
    await page.keyboard.press('x');
    expect(await focused(page)).toBe('pub');
    await page.getByRole('button', { name: 'Set category for tim hortons' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Set category for tim hortons' }).waitFor();
    expect(await categoriesOf('q=tim')).toEqual([null, null, null]);
    expect(problems()).toEqual([]);
  });

  test('c chooses another category, and Escape leaves it as it was', async () => {
    const page = await begin();
    const choice = page.getByRole('combobox', { name: 'Category for tim hortons' });
    await page.keyboard.press('c');
    await choice.waitFor();
    await page.keyboard.press('Escape');
    await choice.waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('tim hortons');
    await page.keyboard.press('c');
    await choice.fill('Bar');
    await page.locator('.ant-select-item-option-active', { hasText: 'Bars' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('tim hortons → Bars').waitFor();
    await page.getByText('3 transactions set.').waitFor();
    expect(await categoriesOf('q=tim')).toEqual(['Bars', 'Bars', 'Bars']);
    expect(problems()).toEqual([]);
  });

  test('an accepted one is offered as a pattern', async () => {
    const page = await begin();
    await page.keyboard.press('Enter');
    await page.getByText('3 transactions set.').waitFor();
    await page.getByRole('button', { name: 'Create pattern for tim hortons' }).click();
    expect(await page.getByLabel('Pattern', { exact: true }).inputValue()).toBe('tim hortons');
    await page.getByRole('button', { name: 'Save and apply' }).click();
    await page.getByText('tim hortons now belongs to Coffee.').waitFor();
    await page.getByText('0 transactions changed.').waitFor();
    expect(problems()).toEqual([]);
  });

  test('all sure ones are accepted at once, after a preview, and can be undone', async () => {
    const page = await begin();
    await page.getByRole('button', { name: 'Accept all at 95% or more' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('3 transactions of 1 merchant would count as set by hand.').waitFor();
    await dialog.getByLabel('Confidence of at least').fill('60');
    await dialog.getByText('4 transactions of 2 merchants would count as set by hand.').waitFor();
    expect(await violationsInEachLook(page)).toEqual([]);
    expect(await categoriesOf('q=tim')).toEqual([null, null, null]);
    await dialog.getByRole('button', { name: 'Accept 2 suggestions' }).click();
    await page.getByText('4 transactions set.').waitFor();
    expect(await categoriesOf('')).toEqual(['Coffee', 'Coffee', 'Coffee', 'Coffee', null]);
    await page.getByRole('button', { name: /^Undo/ }).click();
    await page.getByText('Undone.').waitFor();
    expect(await categoriesOf('')).toEqual([null, null, null, null, null]);
    expect(problems()).toEqual([]);
  });

  test('are accessible', async () => {
    const page = await begin();
    await page.keyboard.press('Enter');
    await page.getByText('3 transactions set.').waitFor();
    expect(await violationsInEachLook(page)).toEqual([]);
    expect(problems()).toEqual([]);
  });
});

test('is accessible', async () => {
  const page = await open(editor);
  await page.getByRole('button', { name: 'Create pattern for tim hortons' }).click();
  await page
    .getByText(/3 .*Uncategorized/)
    .first()
    .waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
});
