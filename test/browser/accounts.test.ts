import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { addDays, todayUtc } from '../../src/domain/calendar-date.ts';
import {
  insertCategory,
  insertCompletedBatch,
  insertTestBatch,
  makeTransaction,
} from '../helpers/insert-test-batch.ts';
import { startTestConsole } from '../helpers/test-console.ts';

const viewer = 'viewer@example.com';
const today = todayUtc();
/** Whatever is special in addresses and on pages. */
const oddIds = ['a/b c', '100%', '%2F', 'ü店 😀', '?x=1&y#z', "o'clock", '../up'];

const { api, openPage, problems } = await startTestConsole({
  users: { [viewer]: 'viewer' },
});

beforeAll(async () => {
  await api.database('admin_users').where({ email: viewer }).update({ may_export: true });
  const food = await insertCategory(api.database, 'Food', ['food']);
  const rows = [
    { amount: '-10.10', merchantName: 'food' },
    { amount: '-5.0001', merchantName: 'food', date: addDays(today, -29) },
    { amount: '-2.00', merchantName: 'other' },
    { amount: '100.00', merchantName: 'salary' },
    { amount: '-7.00', merchantName: 'food', currency: 'EUR' },
    // In the thirty days before.
    { amount: '-30.20', merchantName: 'food', date: addDays(today, -30) },
  ].map((row) => makeTransaction({ accountId: 'acc-1', date: today, ...row }));
  const others = oddIds.map((accountId) => makeTransaction({ accountId, date: today }));
  await insertCompletedBatch(api.database, [...rows, ...others], ({ merchantName }) =>
    merchantName === 'food' ? food : null,
  );
  await insertTestBatch(api.database, [
    makeTransaction({ accountId: 'waiting', date: today }),
    makeTransaction({ accountId: 'long-ago', date: '2024-02-29' }),
  ]);
});

async function open(path: string): Promise<Page> {
  const page = await openPage(`/admin${path}`, { as: viewer });
  return page;
}

const heading = (page: Page, name: string) =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

test('are found by the beginning of their id, which the address keeps', async () => {
  const page = await open('/accounts');
  await page.getByRole('link', { name: 'waiting' }).waitFor();
  await page.getByLabel('Account id starts with').fill('acc');
  await page.getByRole('link', { name: 'waiting' }).waitFor({ state: 'detached' });
  await page.reload();
  await page.getByRole('link', { name: 'acc-1' }).click();
  await heading(page, 'acc-1');
  await page.goBack();
  expect(await page.getByLabel('Account id starts with').inputValue()).toBe('acc');
  await page.getByLabel('Account id starts with').fill('nobody');
  await page.getByText('No matching accounts').waitFor();
  expect(problems()).toEqual([]);
});

test.each(oddIds)('open whatever their id is: %s', async (id) => {
  const page = await open('/accounts');
  await page.getByRole('link', { name: id, exact: true }).click();
  await heading(page, id);
  await page.getByRole('link', { name: 'Transactions: 1, show the transactions' }).waitFor();
  await page.reload();
  await heading(page, id);
  await page.getByRole('link', { name: 'Transactions: 1, show the transactions' }).click();
  await page.getByRole('table', { name: 'Transactions' }).getByText(id, { exact: true }).waitFor();
  expect(problems()).toEqual([]);
});

describe('the report', () => {
  test('shows each currency for itself, beside the period before', async () => {
    const page = await open('/accounts/acc-1');
    // EUR comes first.
    await page.getByRole('link', { name: 'Spend, EUR: -7.00, show the transactions' }).waitFor();
    await page.getByText('USD', { exact: true }).click();
    await page.getByRole('link', { name: 'Spend, USD: -17.1001, show the transactions' }).waitFor();
    await page.getByRole('link', { name: 'Net, USD: 82.8999, show the transactions' }).waitFor();
    await page.getByText('Previous: -30.20 (-43%)').waitFor();
    const table = page.getByRole('table', { name: 'Spend by category, USD' });
    expect(await table.getByRole('row').allInnerTexts()).toEqual([
      expect.stringContaining('Category'),
      expect.stringMatching(/Food\s+-15\.1001\s+-30\.20\s+-50%\s+2/),
      expect.stringMatching(/Uncategorized\s+-2\.00\s+0\.00\s+2/),
    ]);
    await page.reload();
    await page.getByRole('link', { name: 'Net, USD: 82.8999, show the transactions' }).waitFor();
    expect(problems()).toEqual([]);
  });

  test('leads from each number to as many rows', async () => {
    const page = await open('/accounts/acc-1?currency=USD');
    await page
      .getByRole('table', { name: 'Spend by category, USD' })
      .getByRole('link', { name: '-15.1001' })
      .click();
    const rows = page
      .getByRole('table', { name: 'Transactions' })
      .locator('tbody tr.clickable-row');
    await rows.first().waitFor();
    expect(await rows.count()).toBe(2);
    await page.goBack();
    await page.getByRole('link', { name: 'Transactions: 4, show the transactions' }).click();
    await rows.nth(3).waitFor();
    expect(await rows.count()).toBe(4);
    expect(problems()).toEqual([]);
  });

  test('takes any period from the address, and by a preset', async () => {
    const start = addDays(today, -59);
    const page = await open(`/accounts/acc-1?currency=USD&start_date=${start}&end_date=${today}`);
    await page.getByRole('link', { name: 'Spend, USD: -47.3001, show the transactions' }).waitFor();
    await page.locator('#period-start').click();
    await page.getByText('Last 30 days', { exact: true }).click();
    await page.getByRole('link', { name: 'Spend, USD: -17.1001, show the transactions' }).waitFor();
    await page.waitForURL((url) => url.searchParams.get('start_date') === addDays(today, -29));
    expect(problems()).toEqual([]);
  });

  test('keeps the period that was chosen', async () => {
    const page = await open('/accounts/waiting');
    const starts: (string | null)[] = [];
    page.on('framenavigated', () =>
      starts.push(new URL(page.url()).searchParams.get('start_date')),
    );
    const chosen = [90, 30, 90, 30].map((days) => ({ days, start: addDays(today, 1 - days) }));
    for (const { days, start } of chosen) {
      await page.getByText(/^Generated/).waitFor();
      await page.locator('#period-start').click();
      await page.getByText(`Last ${days} days`, { exact: true }).click();
      await page.waitForURL((url) => url.searchParams.get('start_date') === start);
      await page.waitForLoadState('networkidle');
    }
    // None was taken back, not even for a moment.
    expect(starts).toEqual(chosen.map(({ start }) => start));
    expect(problems()).toEqual([]);
  });

  test('says how fresh it is, and is recalculated on demand', async () => {
    const page = await open('/accounts/acc-1');
    await page.getByText(/^Generated/).waitFor();
    await api.get(`/api/admin/accounts/acc-1/overview`);
    await page.reload();
    await page.getByText(/, from the cache$/).waitFor();
    await page.getByRole('button', { name: 'Recalculate' }).click();
    await page.getByText(/, just now$/).waitFor();
    expect(problems()).toEqual([]);
  });

  test('has the call of the API that gives the same figures', async () => {
    const page = await open('/accounts/acc-1');
    const command = await page.getByText(/^curl /).innerText();
    const url = /'(http.*)'/.exec(command)?.[1] as string;
    const answer = await fetch(url, { headers: { Authorization: `Bearer ${api.key}` } });
    const { by_currency } = (await answer.json()) as { by_currency: { total_spend: string }[] };
    expect(by_currency.map(({ total_spend }) => total_spend)).toEqual(['-7.00', '-17.1001']);
  });

  test('downloads as CSV', async () => {
    const page = await open('/accounts/acc-1');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'By category' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^account-by-category-.*\.csv$/);
    const text = await readFile(await download.path(), 'utf8');
    expect(text.split('\r\n')).toContain(
      `"acc-1","${addDays(today, -29)}","${today}","USD","Food",2,-15.1001,0.00,-30.20`,
    );
    expect(problems()).toEqual([]);
  });

  test('says what is not processed yet', async () => {
    const page = await open('/accounts/waiting');
    await page.getByRole('link', { name: '1 pending' }).click();
    await page.getByRole('table', { name: 'Transactions' }).getByText('waiting').waitFor();
    expect(problems()).toEqual([]);
  });

  test('leads to where there is something, when there is nothing', async () => {
    const page = await open('/accounts/long-ago');
    await page.getByText('No transactions in this period').waitFor();
    await page.getByRole('button', { name: 'Show the 30 days up to 2024-02-29' }).click();
    await page.getByRole('link', { name: 'Transactions: 1, show the transactions' }).waitFor();
    expect(problems()).toEqual([]);
  });

  test('says that there is no such account', async () => {
    const page = await open('/accounts/nobody');
    await page.getByText('There is no account with this id').waitFor();
    await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link').click();
    await page.getByRole('link', { name: 'waiting' }).waitFor();
  });

  test('says that a period is too long', async () => {
    const page = await open('/accounts/acc-1?start_date=2020-01-01&end_date=2026-01-01');
    await page.getByRole('alert').getByText(/.+/).first().waitFor();
  });
});
