import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { violationsInEachLook } from '../helpers/browser.ts';
import { insertCategory } from '../helpers/insert-test-batch.ts';
import { insertRows, label, merchantName } from '../helpers/label-rows.ts';
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

async function open(address = '/admin/evaluation', email = editor): Promise<Page> {
  const page = await openPage(address, { as: email });
  await page.getByRole('heading', { name: 'Evaluation' }).waitFor();
  return page;
}

// The tests of this file build on each other: the first one finds nothing learned.
test('says what to do while nothing has been learned', async () => {
  const page = await open();
  await page.getByText('Nothing has been learned yet').waitFor();
  expect(await violationsInEachLook(page)).toEqual([]);
  await page.getByRole('link', { name: 'Trainings' }).click();
  await page.getByRole('heading', { name: 'Categorizers', level: 1 }).waitFor();
  expect(problems()).toEqual([]);
});

test('leaves the way there to those who may train', async () => {
  const page = await open('/admin/evaluation', viewer);
  await page.getByText('Nothing has been learned yet').waitFor();
  expect(await page.getByRole('main').getByRole('link', { name: 'Trainings' }).count()).toBe(0);
});

describe('after a training', () => {
  beforeAll(async () => {
    const { database } = stack.api;
    const categories = [
      await insertCategory(database, 'Food', []),
      await insertCategory(database, 'Cars', []),
    ];
    const rows = Array.from({ length: 300 }, (_, place) => {
      const merchant = Math.floor(place / 3);
      return {
        merchantName: `${merchantName(90_000 + 31 * merchant)} ${merchant % 2 ? 'bakery' : 'garage'}`,
      };
    });
    const ids = await insertRows(database, rows);
    // The first merchant's rows contradict each other.
    await label(
      database,
      ids,
      (place) => categories[place === 0 || Math.floor(place / 3) % 2 ? 0 : 1] as number,
    );
    const { body } = await stack.api.post('/api/admin/learning/trainings');
    await waitFor(async () => {
      const training = await stack.api.get(`/api/admin/learning/trainings/${body.id}`);
      return training.body.status === 'completed';
    }, 50_000);
  });

  test('shows coverage and precision overall, by categorizer and by category', async () => {
    const page = await open();
    await page
      .getByText(/^Version \d+, trained .* from 300 labelled transactions of 100 merchants$/)
      .waitFor();
    const table = (name: string) => page.getByRole('table', { name, exact: true });
    const memory = table('By categorizer').getByRole('row', { name: /^Memory/ });
    expect(await memory.innerText()).toMatch(/300\s+\d+(\.\d)?%/);
    await table('By categorizer')
      .getByRole('row', { name: /^Model/ })
      .waitFor();
    const food = table('By category').getByRole('row', { name: /^Food/ });
    // A percentage with the interval that it lies in.
    expect(await food.innerText()).toMatch(/\d+(\.\d)?% \(\d+(\.\d)?%–\d+(\.\d)?%\)/);
    await page.getByText('Figures', { exact: true }).click();
    await table('Figures of the learning curve').getByRole('cell', { name: '150' }).waitFor();
    expect(problems()).toEqual([]);
  });

  test('names the merchants that cost most, and leads to their transactions', async () => {
    const page = await open();
    const merchants = page.getByRole('table', { name: 'Costliest merchants' });
    await merchants.getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Transactions' }).waitFor();
    expect(problems()).toEqual([]);
  });

  test('shows how right what people judged was, the random sample apart', async () => {
    const page = await open();
    await page.getByText(/This is the fairest estimate/).waitFor();
    await page.getByText(/People look at what seems wrong/).waitFor();
    expect(problems()).toEqual([]);
  });

  test('is accessible', async () => {
    const page = await open();
    await page.getByRole('table', { name: 'By category' }).waitFor();
    expect(await violationsInEachLook(page)).toEqual([]);
    expect(problems()).toEqual([]);
  });
});
