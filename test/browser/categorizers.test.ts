import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { violationsInEachLook } from '../helpers/browser.ts';
import { insertCategory } from '../helpers/insert-test-batch.ts';
import { insertRows, label, merchantName } from '../helpers/label-rows.ts';
import { startTestConsole } from '../helpers/test-console.ts';
import { emptyTables } from '../helpers/test-database.ts';
import { startTestStack } from '../helpers/test-stack.ts';
import { waitFor } from '../helpers/wait-for.ts';

const editor = 'editor@example.com';
const viewer = 'viewer@example.com';

const stack = await startTestStack();
const { openPage, problems } = await startTestConsole({
  users: { [editor]: 'editor', [viewer]: 'viewer' },
  servers: stack,
});
const { database } = stack.api;

beforeEach(async () => {
  await emptyTables(database);
  await stack.api.post('/api/admin/categories/import', {
    categories: [{ name: 'Coffee', patterns: ['tim hortons'] }],
  });
  await stack.process([{ merchantName: 'TIM HORTONS #1' }, { merchantName: 'TIM HORTONS #2' }]);
});

async function open(email = editor): Promise<Page> {
  const page = await openPage('/admin/categorizers', { as: email });
  await page.getByRole('heading', { name: 'Patterns', exact: true }).waitFor();
  return page;
}

const settings = async () =>
  Object.fromEntries(
    (await stack.api.get('/api/admin/categorizers')).body.map(
      ({
        name,
        mode,
        target_precision,
      }: {
        name: string;
        mode: string;
        target_precision: number;
      }) => [name, [mode, target_precision]],
    ),
  );

const card = (page: Page, name: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) });

test('shows who decides in which order, and how', async () => {
  const page = await open();
  const headings = page.getByRole('main').getByRole('heading', { level: 2 });
  expect(await headings.allInnerTexts()).toEqual(['Memory', 'Patterns', 'Model', 'Language model']);
  await card(page, 'Patterns').getByText('On. Its decisions count.').waitFor();
  await card(page, 'Memory')
    .getByText(/^Shadow\. /)
    .waitFor();
  await card(page, 'Memory').getByText('Nothing learned yet').waitFor();
  await card(page, 'Language model')
    .getByText(/^Not configured/)
    .waitFor();
  await card(page, 'Language model').getByText('LLM_BASE_URL').waitFor();
  expect(await page.getByRole('button', { name: 'Edit Language model' }).count()).toBe(0);
  expect(problems()).toEqual([]);
});

test('shows what another mode would change before it is saved', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Edit Patterns' }).click();
  const drawer = page.getByRole('dialog');
  expect(await drawer.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  await drawer.getByLabel('Off: it does not decide.').check();
  await drawer.getByText('Tried on 2 stored transactions').waitFor();
  await drawer.getByText('2 from Coffee to Uncategorized').click();
  await drawer.getByText('TIM HORTONS #1').waitFor();
  await drawer.getByText(/^Categorized: 100% before/).waitFor();
  expect((await settings()).patterns).toEqual(['on', 0.95]);
  await drawer.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Patterns changed').waitFor();
  await card(page, 'Patterns').getByText('Off. It does not decide.').waitFor();
  expect((await settings()).patterns).toEqual(['off', 0.95]);
  expect(problems()).toEqual([]);
});

test('shows what another target would change before it is saved', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Edit Patterns' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Target precision').fill('99.5');
  await drawer.getByText(/^Needs review: 0% before, .*100% after/).waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
  await drawer.getByRole('button', { name: 'Save' }).click();
  await card(page, 'Patterns').getByText('99.5%').waitFor();
  expect((await settings()).patterns).toEqual(['on', 0.995]);
  expect(problems()).toEqual([]);
});

test('a viewer sees it, and is offered no change', async () => {
  const page = await open(viewer);
  await page.getByText('No training yet').waitFor();
  expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
  expect(problems()).toEqual([]);
});

describe('a training', () => {
  /** Sets the categories of 60 shops by hand, each of which has one transaction. */
  async function labelShops(first: number): Promise<void> {
    const shops = Array.from({ length: 60 }, (_, place) => ({
      merchantName: `${merchantName(90_000 + 31 * (first + place))} ${place % 2 ? 'bakery' : 'garage'}`,
    }));
    const ids = await insertRows(database, shops);
    await label(database, ids, (place) => (place % 2 ? food : cars));
  }

  let food: number;
  let cars: number;

  beforeEach(async () => {
    food = await insertCategory(database, 'Food', []);
    cars = await insertCategory(database, 'Cars', []);
  });

  test('says that there is nothing to learn from', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Train now' }).click();
    await page.getByText('Nothing to learn from: no category is set by hand yet.').waitFor();
    expect(problems()).toEqual([]);
  });

  test('has its decisions explained on the transactions', async () => {
    await labelShops(0);
    const { body: training } = await stack.api.post('/api/admin/learning/trainings');
    await waitFor(async () => {
      const { body } = await stack.api.get(`/api/admin/learning/trainings/${training.id}`);
      return body.outcome === 'live';
    });
    await stack.api.patch('/api/admin/categorizers/memory', { mode: 'on' });
    const shop = `${merchantName(90_000 + 31)} bakery`;
    await stack.process([{ merchantName: shop }]);
    const [row] = (await stack.api.get('/api/admin/transactions')).body;
    const page = await openPage(`/admin/transactions/${row.id}`, { as: editor });
    const explanation = page.getByRole('region', { name: 'Explanation' });
    await explanation.getByText(/^Decided by Memory · \d/).waitFor();
    await explanation.getByText(`People set it for “${shop}” in 1 of 1 transactions.`).waitFor();
    expect(await violationsInEachLook(page)).toEqual([]);
    expect(problems()).toEqual([]);
  });

  test('goes live, and can be taken back with one click', async () => {
    await labelShops(0);
    const page = await open();
    const versions = page.getByRole('table', { name: 'Versions' });
    const version = (of: string) =>
      versions.getByRole('row', { name: new RegExp(`from ${of} transactions`) });
    await page.getByRole('button', { name: 'Train now' }).click();
    await version('60').getByText('Live').waitFor();
    await card(page, 'Memory')
      .getByText(/^\d+, trained/)
      .waitFor();
    await labelShops(60);
    await page.getByRole('button', { name: 'Train now' }).click();
    await version('120').getByText('Live').waitFor();
    await version('60').getByRole('button', { name: 'Use this version' }).click();
    await page.getByRole('tooltip').getByRole('button', { name: 'Use this version' }).click();
    await page.getByText(/^Version \d+ is live$/).waitFor();
    await version('60').getByText('Live').waitFor();
    await version('120').getByRole('button', { name: 'Use this version' }).waitFor();
    expect(await violationsInEachLook(page)).toEqual([]);
    expect(problems()).toEqual([]);
  });
});
