import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { SystemBody } from '../../src/api/admin/system/schema.ts';
import { connectLazily } from '../../src/temporal/connection.ts';
import { ensureSweepSchedule } from '../../src/temporal/sweep-schedule.ts';
import { accessibilityViolations, violationsInEachLook } from '../helpers/browser.ts';
import { startTcpProxy } from '../helpers/tcp-proxy.ts';
import { createTestNamespace } from '../helpers/temporal-namespace.ts';
import { startTestApi } from '../helpers/test-api.ts';
import { startTestConsole } from '../helpers/test-console.ts';
import { waitFor } from '../helpers/wait-for.ts';

const namespace = await createTestNamespace();
const address = process.env.TEST_TEMPORAL_ADDRESS as string;
const temporal = connectLazily(address, namespace);
await ensureSweepSchedule(temporal.client, 'nobody', 30 * 86_400);
const [host, port] = address.split(':');
const toTemporal = await startTcpProxy(host as string, Number(port));
const api = await startTestApi({
  config: {
    TEMPORAL_ADDRESS: `127.0.0.1:${toTemporal.port}`,
    TEMPORAL_NAMESPACE: namespace,
    // Only the program itself writes to it.
    KAFKA_BROKERS: ['broker-1:9092', 'broker-2:9092'],
  },
});
const { openPage, problems } = await startTestConsole({
  users: {
    'admin@example.com': 'admin',
    'editor@example.com': 'editor',
    'viewer@example.com': 'viewer',
  },
  servers: api,
});

afterEach(async () => {
  await toTemporal.restore();
  await waitFor(async () => (await schedule()) !== null);
});

afterAll(async () => {
  await Promise.all([temporal?.close(), toTemporal?.close()]);
});

const schedule = async () => (await api.get<SystemBody>('/api/admin/system')).body.schedule;

async function open(role = 'admin'): Promise<Page> {
  const page = await openPage('/admin/system', { as: `${role}@example.com` });
  await page.getByText('Sweep', { exact: true }).waitFor();
  return page;
}

// The first one, since the figures are kept for ten seconds.
test('shows that changes of API keys do not reach Kafka', async () => {
  const changes = () => api.database('api_key_changes');
  await changes().update({ changed_at: new Date(Date.now() - 3_600_000) });
  const [{ count }] = (await changes().count({ count: '*' })) as [{ count: number }];
  expect(count).toBeGreaterThan(0);
  const page = await open();
  const card = page.locator('.ant-card').filter({ hasText: 'Kafka' });
  await card.getByText('Behind').waitFor();
  await card.getByText('broker-1:9092, broker-2:9092').waitFor();
  await card.getByText(String(count), { exact: true }).waitFor();
  await card.getByText(/^3,6\d\d s$/).waitFor();
  expect(problems()).toEqual([]);
});

test('shows what Tallyflow runs on', async () => {
  const page = await open();
  for (const title of ['Database', 'Temporal', 'Cache', 'Tallyflow'])
    await page.locator('.ant-card').filter({ hasText: title }).getByText('up').first().waitFor();
  await page.getByText(/^\d+\.\d+ MB$/).waitFor();
  const link = page.getByRole('link', { name: 'Open the Temporal UI' });
  expect(await link.getAttribute('href')).toContain('/namespaces/');
  await page.getByText('No runs yet').waitFor();
  expect(problems()).toEqual([]);
});

test('shows what waits, and what came in and was done within the last hour', async () => {
  const row = {
    transaction_id: '1',
    account_id: 'acc-1',
    amount: '-1.00',
    currency: 'USD',
    date: '2026-01-15',
  };
  const transactions = Array.from({ length: 1_200 }, (_, index) => ({
    ...row,
    transaction_id: String(index),
  }));
  await api.post('/api/integrations/transactions', { transactions });
  await api.post('/api/integrations/transactions', { transactions: [] });
  await api.database.raw(
    `INSERT INTO batches (id, status, transaction_count, duplicate_count, completed_count)
       VALUES (uuidv7(), 'processing', 2000, 0, 1000)`,
  );
  const page = await open();
  const card = (title: string) => page.locator('.ant-card').filter({ hasText: title });
  // The figures may be ten seconds old.
  const patience = { timeout: 25_000 };
  await card('Backlog').getByText('2,200', { exact: true }).waitFor(patience);
  for (const status of ['pending', 'processing']) {
    await card('Backlog')
      .getByRole('link', { name: `1 ${status}, show the batches` })
      .waitFor();
  }
  await card('Backlog').locator('time').waitFor();
  await card('Last hour').getByText('1,200', { exact: true }).waitFor(patience);
  await card('Last hour').getByText('transactions in 1 batch', { exact: true }).waitFor();
  await card('Last hour').getByText('request', { exact: true }).waitFor();
  await card('Last hour').getByText('Of all processes.').waitFor();
  await card('Last hour')
    .getByRole('img', { name: /by the minute/ })
    .waitFor();
  expect(problems()).toEqual([]);
}, 60_000);

test('pauses with a reason, and resumes', async () => {
  const page = await open();
  await page.getByRole('button', { name: /Pause$/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^Reason/).fill('the bank moves house');
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('the bank moves house').waitFor();
  expect(await schedule()).toMatchObject({ paused: true, note: 'the bank moves house' });
  await page.getByText('None while paused').waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  await page.getByRole('button', { name: /Resume$/ }).click();
  await page.getByText('the bank moves house').waitFor({ state: 'detached' });
  expect(await schedule()).toMatchObject({ paused: false });
  expect(problems()).toEqual([]);
});

test('drops the caches after a question', async () => {
  const page = await open();
  await api.cache.set('account_summary:acc-1:a:b', 'x', 60);
  await page.getByRole('button', { name: 'Clear caches' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Clear', exact: true }).click();
  await page.getByText('Caches cleared').waitFor();
  expect(await api.cache.get('account_summary:acc-1:a:b')).toBeNull();
  expect(problems()).toEqual([]);
});

test('runs the sweep now, and shows the run with a link to it', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Run now' }).click();
  const run = page.getByRole('row').filter({ hasText: 'Running' });
  await run.waitFor();
  expect(await run.getByRole('link').getAttribute('href')).toMatch(/\/workflows\/.*\/history$/);
  expect(problems()).toEqual([]);
});

test('says that Temporal is unreachable, and that it is back', async () => {
  const page = await open();
  await toTemporal.cut();
  await page.getByText('Temporal is unreachable').waitFor();
  await toTemporal.restore();
  await page.getByText('Temporal is unreachable').waitFor({ state: 'detached', timeout: 25_000 });
  expect(problems()).toEqual([]);
}, 60_000);

describe.each(['editor', 'viewer'])('%s', (role) => {
  test('sees it, and is offered nothing to do', async () => {
    const page = await open(role);
    await page.getByText('Next runs').waitFor();
    for (const name of [/Pause$/, /Resume$/, 'Run now', 'Clear caches'])
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    expect(problems()).toEqual([]);
  });
});

test('is accessible', async () => {
  const page = await open('admin');
  expect(await violationsInEachLook(page)).toEqual([]);
  expect(problems()).toEqual([]);
});
