import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  markBatchCompleted,
  markBatchFailed,
  markBatchProcessing,
} from '../../src/db/batches/change-batch-status.ts';
import { recordDeadLetter } from '../../src/db/dead-letters/record-dead-letter.ts';
import type { Batch } from '../../src/db/models/batch.ts';
import { completeTransactions } from '../../src/db/transactions/complete-transactions.ts';
import { untilTrue, violationsInEachLook } from '../helpers/browser.ts';
import { insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { startTestConsole } from '../helpers/test-console.ts';
import { emptyTables } from '../helpers/test-database.ts';

let batch: Batch;
const editor = 'editor@example.com';
const viewer = 'viewer@example.com';

const { api, openPage, problems } = await startTestConsole({
  users: { [editor]: 'editor', [viewer]: 'viewer' },
});

beforeEach(async () => {
  await emptyTables(api.database);
  batch = await insertTestBatch(
    api.database,
    Array.from({ length: 12 }, (_, i) => makeTransaction({ merchantName: `Shop ${i}` })),
  );
  await api.database('batches').where({ id: batch.id }).update({ request_id: 'nightly' });
});

async function open(path: string, email = editor): Promise<Page> {
  const page = await openPage(path, { as: email });
  return page;
}

/** Completes these rows of the batch, without a category. */
const complete = (places: number[]) =>
  completeTransactions(
    api.database,
    [batch.id],
    places.map((place) => ({ id: (batch.firstTransactionId as number) + place, match: null })),
  );

async function fail(): Promise<void> {
  await markBatchProcessing(api.database, batch.id, 'run');
  await complete([0]);
  await markBatchFailed(api.database, batch.id, 'The categorizer was away.');
}

const show = () => `/admin/batches/${batch.id}`;

test('shows how its processing goes on, without a reload', async () => {
  const page = await open(show());
  await page.getByText('pending').waitFor();
  await markBatchProcessing(api.database, batch.id, 'run');
  await complete([0, 1, 2, 3, 4, 5]);
  await page.getByText('50%').waitFor();
  await complete([6, 7, 8, 9, 10, 11]);
  await markBatchCompleted(api.database, batch.id);
  await page.getByText('completed').waitFor();
  await page.getByRole('link', { name: 'View uncategorized transactions' }).click();
  await page
    .getByText('1–12 of 12')
    .or(page.getByRole('link', { name: 'Shop 11' }))
    .first()
    .waitFor();
  expect(await page.getByText('Clear 2 filters').count()).toBe(1);
  expect(problems()).toEqual([]);
});

describe('a failed one', () => {
  test('says why, shows the rows that failed, and is processed again', async () => {
    await fail();
    const page = await open(show());
    await page.getByText('The categorizer was away.').waitFor();
    await page.getByRole('link', { name: 'Shop 1', exact: true }).waitFor();
    expect(await page.getByRole('link', { name: 'Shop 0', exact: true }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'View all 11 failed rows' }).count()).toBe(1);
    const workflow = page.getByRole('link', { name: 'Open in Temporal' });
    expect(await workflow.getAttribute('href')).toContain(batch.id);
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('Processing started again').waitFor();
    await page.getByText('pending').waitFor();
    await page.getByText('The categorizer was away.').waitFor({ state: 'detached' });
    const [entry] = (await api.get('/api/admin/audit-log?resource=batches')).body;
    expect(entry).toMatchObject({ action: 'retry', actor_name: editor, resource_id: batch.id });
    expect(problems()).toEqual([]);
  });

  test('leads to all rows that failed', async () => {
    await fail();
    const page = await open(show());
    await page.getByRole('link', { name: 'View all 11 failed rows' }).click();
    await page.getByRole('heading', { name: 'Transactions' }).waitFor();
    await page.getByRole('link', { name: 'Shop 11' }).waitFor();
    expect(await page.getByRole('link', { name: 'Shop 0', exact: true }).count()).toBe(0);
  });

  test('is only looked at by a viewer', async () => {
    await fail();
    const page = await open(show(), viewer);
    await page.getByText('The categorizer was away.').waitFor();
    expect(await page.getByRole('button', { name: 'Retry' }).count()).toBe(0);
  });

  test('is accessible', async () => {
    await fail();
    const page = await open(show(), editor);
    await page.getByRole('link', { name: 'Shop 1', exact: true }).waitFor();
    expect(await violationsInEachLook(page)).toEqual([]);
    expect(problems()).toEqual([]);
  });
});

describe('one that could not be stored', () => {
  const id = '019b0000-0000-8000-8000-000000000000';
  const reason =
    'The database refused the batch again and again. Nothing of this batch was stored.';

  beforeEach(() =>
    recordDeadLetter(api.database, {
      batch: { id, apiKeyId: null, requestId: 'ledger 7' },
      reason: 'not_storable',
      failureReason: reason,
      partition: 0,
      offset: 0n,
    }),
  );

  test('says so, leads to no rows and no workflow, and is retried', async () => {
    const page = await open(`/admin/batches/${id}`);
    await page.getByText('This batch could not be stored').waitFor();
    await page.getByText(reason).waitFor();
    await page.getByText('ledger 7').waitFor();
    expect(
      await page.getByRole('link', { name: /Open in Temporal|View transactions/ }).count(),
    ).toBe(0);
    expect(await page.getByRole('progressbar').count()).toBe(0);
    expect(await page.getByText('Rows per second').count()).toBe(0);
    expect(await violationsInEachLook(page)).toEqual([]);
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('The batch will be stored in a moment').waitFor();
    await page.getByText('pending').waitFor();
    expect(problems()).toEqual([]);
  });

  test('is in the list without a progress', async () => {
    const page = await open('/admin/batches');
    const row = page.getByRole('row').filter({ hasText: 'ledger 7' });
    await row.getByText('failed').waitFor();
    expect(await row.getByRole('progressbar').count()).toBe(0);
    expect(problems()).toEqual([]);
  });
});

describe('one with conflicts', () => {
  const conflicting = (count: number) =>
    insertTestBatch(api.database, [
      ...Array.from({ length: count }, (_, place) =>
        makeTransaction({ accountId: 'acc/1', transactionId: `same-${place}`, amount: '-9.00' }),
      ),
      makeTransaction({
        accountId: 'acc/1',
        transactionId: 'same-0',
        amount: '-8.00',
        currency: 'EUR',
      }),
    ]);

  test('lists them with what differs, and leads to the batch of each stored one', async () => {
    const first = await conflicting(1);
    const other = await insertTestBatch(api.database, [
      makeTransaction({ accountId: 'acc/1', transactionId: 'same-0', merchantName: 'Other' }),
    ]);
    const page = await open(`/admin/batches/${other.id}`);
    const row = page.getByRole('table', { name: 'Conflicts' }).getByRole('row').nth(1);
    await row.waitFor();
    expect(await row.getByRole('cell').allTextContents()).toEqual([
      '0',
      'acc/1',
      'same-0',
      'AmountMerchant',
      `Batch ${first.id}`,
    ]);
    expect(await violationsInEachLook(page)).toEqual([]);
    await row.getByRole('link', { name: `Batch ${first.id}` }).click();
    await page.getByRole('cell', { name: /Amount.*Currency/ }).waitFor();
    await page.getByRole('cell', { name: 'This batch' }).waitFor();
    expect(problems()).toEqual([]);
  });

  test('says how many there are beyond those that are listed', async () => {
    await insertTestBatch(
      api.database,
      Array.from({ length: 102 }, (_, place) =>
        makeTransaction({ accountId: 'acc/1', transactionId: `same-${place}` }),
      ),
    );
    const other = await conflicting(101);
    const page = await open(`/admin/batches/${other.id}`);
    await page.getByText('Showing the first 100 of 102.').waitFor();
    expect(problems()).toEqual([]);
  });

  test('is found in the list', async () => {
    await conflicting(1);
    const page = await open('/admin/batches');
    await page.getByRole('cell', { name: 'nightly' }).waitFor();
    await page.getByLabel('With conflicts').check();
    await page.getByRole('cell', { name: 'nightly' }).waitFor({ state: 'detached' });
    expect(page.url()).toContain('conflict_count');
    expect(problems()).toEqual([]);
  });
});

describe('the list', () => {
  beforeEach(async () => {
    const other = await insertTestBatch(api.database, [makeTransaction()]);
    await api
      .database('batches')
      .where({ id: other.id })
      .update({ request_id: 'weekly', duplicate_count: 3, created_at: '2026-01-15T12:00:00Z' });
  });

  const rows = (page: Page) => page.getByRole('cell', { name: /nightly|weekly/ }).allTextContents();
  const only = async (page: Page, name: string) => {
    const others = name === 'weekly' ? 'nightly' : 'weekly';
    await page.getByRole('cell', { name: others }).waitFor({ state: 'detached' });
    expect(await rows(page)).toEqual([name]);
  };

  test('is filtered by duplicates, keeps that in the address, and its place', async () => {
    const page = await open('/admin/batches');
    await page.getByRole('cell', { name: 'nightly' }).waitFor();
    await page.getByLabel('With duplicates').check();
    await only(page, 'weekly');
    await page.getByRole('cell', { name: 'weekly' }).click();
    await page.getByRole('heading', { name: 'Batch' }).waitFor();
    await page.goBack();
    await page.reload();
    await page.getByRole('cell', { name: 'weekly' }).waitFor();
    await only(page, 'weekly');
    expect(await page.getByLabel('With duplicates').isChecked()).toBe(true);
    await page.getByText('Clear 1 filter').click();
    await page.getByRole('cell', { name: 'nightly' }).waitFor();
    expect(problems()).toEqual([]);
  });

  test('is filtered by the day of arrival', async () => {
    const page = await open('/admin/batches');
    await page.getByRole('cell', { name: 'weekly' }).waitFor();
    await page.getByPlaceholder('Received from').click();
    await page.getByText('Today', { exact: true }).first().click();
    await only(page, 'nightly');
    expect(problems()).toEqual([]);
  });

  test('is searched by request ids and sorted by duplicates', async () => {
    const page = await open('/admin/batches');
    await page.getByRole('cell', { name: 'weekly' }).waitFor();
    await page.getByRole('columnheader', { name: 'Duplicates' }).click();
    await untilTrue(
      page,
      `document.querySelector('tbody')?.textContent?.indexOf('nightly') <
      document.querySelector('tbody')?.textContent?.indexOf('weekly')`,
    );
    await page.getByLabel('Search request ids').fill('WEEK');
    await only(page, 'weekly');
    expect(problems()).toEqual([]);
  });
});
