import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AccountBody, OverviewAnswer } from '../../../src/api/admin/accounts/schema.ts';
import type { DashboardBody } from '../../../src/api/admin/dashboard/schema.ts';
import type { UncategorizedGroupsBody } from '../../../src/api/admin/uncategorized-groups/schema.ts';
import type { SummaryBody } from '../../../src/api/reports/schema.ts';
import { Batch } from '../../../src/db/models/batch.ts';
import { addDays, todayUtc } from '../../../src/domain/calendar-date.ts';
import type { NewTransaction } from '../../../src/domain/transaction.ts';
import {
  insertCategory,
  insertCompletedBatch,
  insertTestBatch,
  makeTransaction,
} from '../../helpers/insert-test-batch.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';
import { emptyTables } from '../../helpers/test-database.ts';

let api: TestApi;
let food: number;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  await emptyTables(api.database);
  food = await insertCategory(api.database, 'Food', ['food']);
});

/** Stores rows and completes them; those whose merchant is "food" get the category. */
const store = (rows: Partial<NewTransaction>[]): Promise<Batch> =>
  insertCompletedBatch(api.database, rows.map(makeTransaction), ({ merchantName }) =>
    merchantName === 'food' ? food : null,
  );

describe('the dashboard', () => {
  const today = todayUtc();

  test('counts what came in and what is stuck, and adds up what was spent, each currency for itself', async () => {
    await store([
      { merchantName: 'food', amount: '-10.01', date: today },
      { merchantName: 'food', amount: '-0.02', date: addDays(today, -6) },
      { merchantName: 'food', amount: '-5', date: today, currency: 'EUR' },
      { merchantName: 'other', amount: '-1.5', date: today },
      { merchantName: 'salary', amount: '100', date: today },
      // Outside of the seven days.
      { merchantName: 'food', amount: '-999', date: addDays(today, -7) },
      { merchantName: 'food', amount: '-999', date: addDays(today, 1) },
    ]);
    const failed = await insertTestBatch(api.database, [makeTransaction({ date: '2020-01-01' })]);
    await Batch.query(api.database).findById(failed.id).patch({ status: 'failed' });

    const { body } = await api.get<DashboardBody>('/api/admin/dashboard');
    expect(body.date_range).toEqual({ start: addDays(today, -6), end: today });
    expect(body.captured).toEqual({
      since: new Date(Date.parse(body.generated_at) - 7 * 86_400_000).toISOString(),
      until: body.generated_at,
      batch_count: 2,
      transaction_count: 8,
      duplicate_count: 0,
      completed_count: 7,
      categorized_count: 5,
    });
    expect(body.unfinished).toEqual([{ status: 'failed', batch_count: 1, open_count: 1 }]);
    const group = (
      category: string,
      currency: string,
      transaction_count: number,
      total_spend: string,
    ) => expect.objectContaining({ category, currency, transaction_count, total_spend });
    expect(body.spend_by_category).toEqual([
      group('Food', 'EUR', 1, '-5.00'),
      group('Food', 'USD', 2, '-10.03'),
      group('Uncategorized', 'USD', 1, '-1.50'),
    ]);
    expect(body.by_day.map((day) => Object.values(day))).toEqual([
      [addDays(today, -6), 'USD', 1, '-0.02', '0.00'],
      [today, 'EUR', 1, '-5.00', '0.00'],
      [today, 'USD', 3, '-11.51', '100.00'],
    ]);
  });

  test('looks back one, seven or thirty days, by the time of arrival for batches', async () => {
    await store([{ date: addDays(today, -29), amount: '-1' }]);
    const at = async (days: number) =>
      (await api.get<DashboardBody>(`/api/admin/dashboard?days=${days}`)).body;
    expect([
      (await at(1)).by_day.length,
      (await at(7)).by_day.length,
      (await at(30)).by_day.length,
    ]).toEqual([0, 0, 1]);
    expect((await at(1)).captured.batch_count).toBe(1);
    expect((await api.get<Problem>('/api/admin/dashboard?days=8')).body.errors?.[0]?.pointer).toBe(
      '/days',
    );
  });

  test('counts what the lists behind its numbers count', async () => {
    await store([
      { merchantName: 'food', amount: '-0.0001', date: today },
      { merchantName: 'food', amount: '0', date: today },
      { merchantName: 'food', amount: '5', date: today },
      { merchantName: 'other', amount: '-5', date: today },
    ]);
    const failed = await insertTestBatch(api.database, [makeTransaction({ date: today })]);
    await Batch.query(api.database).findById(failed.id).patch({ status: 'failed' });
    const old = await store([{ amount: '-1' }]);
    await api.database('batches').where({ id: old.id }).update({ created_at: '2026-01-01' });

    const { body } = await api.get<DashboardBody>('/api/admin/dashboard');
    const total = async (path: string) =>
      Number((await api.get(`/api/admin/${path}`)).headers.get('x-total-count'));
    const { since, until, batch_count, transaction_count } = body.captured;
    const arrived = `batches?created_at_gte=${since}&created_at_lte=${until}`;
    expect(await total(arrived)).toBe(batch_count);
    const batches = await api.get<{ transaction_count: number }[]>(`/api/admin/${arrived}`);
    expect(batches.body.reduce((sum, batch) => sum + batch.transaction_count, 0)).toBe(
      transaction_count,
    );
    for (const { status, batch_count, open_count } of body.unfinished) {
      expect(await total(`batches?status=${status}`)).toBe(batch_count);
      expect(await total(`transactions?status=${status}`)).toBe(open_count);
    }
    const days = `date_gte=${body.date_range.start}&date_lte=${body.date_range.end}`;
    expect(body.spend_by_category).toHaveLength(2);
    for (const { category_id, currency, transaction_count } of body.spend_by_category) {
      const category = category_id === null ? 'uncategorized=true' : `category_id=${category_id}`;
      expect(
        await total(`transactions?${days}&${category}&currency=${currency}&amount_lte=-0.0001`),
      ).toBe(transaction_count);
    }
    for (const { date, currency, transaction_count } of body.by_day)
      expect(await total(`transactions?date=${date}&currency=${currency}`)).toBe(transaction_count);
  });

  test('is empty before anything came', async () => {
    const { body } = await api.get<DashboardBody>('/api/admin/dashboard');
    expect([
      body.captured.batch_count,
      body.unfinished,
      body.spend_by_category,
      body.by_day,
    ]).toEqual([0, [], [], []]);
  });
});

describe('uncategorized groups', () => {
  const groups = async (query = '') =>
    (await api.get<UncategorizedGroupsBody>(`/api/admin/uncategorized-groups${query}`)).body;

  test('put the texts of a merchant together, the largest first, with amounts a currency', async () => {
    await store([
      { merchantName: 'SQ *BLUE DOOR 0423', amount: '-1.25' },
      { merchantName: 'Blue Door #7', amount: '-2.25' },
      { merchantName: 'Blue Door #7', amount: '3', currency: 'EUR' },
      { merchantName: null, description: 'Corner shop 12/03', amount: '-9' },
      { merchantName: 'food', amount: '-1' },
      { merchantName: null, description: null },
    ]);
    const body = await groups();
    expect(body.group_count).toBe(2);
    expect(body.transaction_count).toBe(4);
    expect(body.groups).toEqual([
      {
        name: 'blue door',
        transaction_count: 3,
        amounts: [
          { currency: 'EUR', transaction_count: 1, amount: '3.00' },
          { currency: 'USD', transaction_count: 2, amount: '-3.50' },
        ],
        samples: ['Blue Door #7', 'SQ *BLUE DOOR 0423'],
        pattern: 'blue door',
      },
      {
        name: 'corner shop',
        transaction_count: 1,
        amounts: [{ currency: 'USD', transaction_count: 1, amount: '-9.00' }],
        samples: ['Corner shop 12/03'],
        pattern: 'corner shop',
      },
    ]);
  });

  test('show texts as they were sent, whatever is special in them', async () => {
    const odd = 'tab\there \\ back\nline \u2028 \r\b\f\v "quoted" \\N 店';
    await store([{ merchantName: odd }, { merchantName: '\\N' }]);
    const samples = (await groups()).groups.flatMap((group) => group.samples);
    expect(samples.sort()).toEqual(['\\N', odd].sort());
  });

  test('leave out what was settled by hand, and what is not processed yet', async () => {
    const batch = await store([{ merchantName: 'settled' }]);
    await api.patch(`/api/admin/transactions/${batch.firstTransactionId}`, { category_id: null });
    await insertTestBatch(api.database, [makeTransaction({ merchantName: 'not yet' })]);
    expect((await groups()).groups).toEqual([]);
  });

  test('are searched by name and limited', async () => {
    await store([
      { merchantName: 'alpha one' },
      { merchantName: 'beta two' },
      { merchantName: 'beta three' },
    ]);
    expect((await groups('?q=BETA')).groups.map(({ name }) => name)).toEqual([
      'beta three',
      'beta two',
    ]);
    expect((await groups('?limit=1')).groups).toHaveLength(1);
    expect((await groups('?limit=1')).group_count).toBe(3);
    expect((await api.get('/api/admin/uncategorized-groups?limit=0')).status).toBe(400);
  });
});

describe('accounts', () => {
  const ids = async (query: string) =>
    (await api.get<AccountBody[]>(`/api/admin/accounts${query}`)).body.map(({ id }) => id);

  test('are listed by the beginning of their id', async () => {
    await store(['b-1', 'a-1', 'a-2', 'a-1', 'ä', 'A-1', 'a%'].map((accountId) => ({ accountId })));
    expect(await ids('')).toEqual(['A-1', 'a%', 'a-1', 'a-2', 'b-1', 'ä']);
    expect(await ids('?q=a-')).toEqual(['a-1', 'a-2']);
    expect(await ids('?q=a-&limit=1')).toEqual(['a-1']);
    expect(await ids('?q=a%25')).toEqual(['a%']);
    expect(await ids('?q=%C3%A4')).toEqual(['ä']);
    expect(await ids('?q=c')).toEqual([]);
    expect(await ids('?q=%00')).toEqual([]);
  });

  test('are listed with the days of their first and last transaction', async () => {
    await store([
      { accountId: 'd', date: '2026-03-01' },
      { accountId: 'd', date: '2025-03-01' },
      { accountId: 'e', date: '2026-01-01' },
    ]);
    expect((await api.get<AccountBody[]>('/api/admin/accounts')).body).toEqual([
      { id: 'd', first_date: '2025-03-01', last_date: '2026-03-01' },
      { id: 'e', first_date: '2026-01-01', last_date: '2026-01-01' },
    ]);
  });

  test('are shown by month and category, beside the period before', async () => {
    await store([
      { accountId: 'x/1', merchantName: 'food', amount: '-10', date: '2026-02-01' },
      { accountId: 'x/1', merchantName: 'food', amount: '-0.0001', date: '2026-01-31' },
      { accountId: 'x/1', merchantName: 'pay', amount: '50', date: '2026-02-28' },
      { accountId: 'x/1', merchantName: 'food', amount: '-7', date: '2026-02-01', currency: 'EUR' },
      { accountId: 'x/1', merchantName: 'food', amount: '-3', date: '2026-01-30' },
      { accountId: 'x/1', merchantName: 'food', amount: '-100', date: '2026-03-01' },
      { accountId: 'x/2', merchantName: 'food', amount: '-100', date: '2026-02-01' },
    ]);
    const { body } = await api.get<OverviewAnswer>(
      '/api/admin/accounts/x%2F1/overview?start_date=2026-01-31&end_date=2026-02-28',
    );
    expect([body.first_date, body.last_date]).toEqual(['2026-01-30', '2026-03-01']);
    expect(body.current).toEqual({
      date_range: { start: '2026-01-31', end: '2026-02-28' },
      by_currency: [
        {
          currency: 'EUR',
          transaction_count: 1,
          total_spend: '-7.00',
          total_income: '0.00',
          net_amount: '-7.00',
        },
        {
          currency: 'USD',
          transaction_count: 3,
          total_spend: '-10.0001',
          total_income: '50.00',
          net_amount: '39.9999',
        },
      ],
    });
    expect(body.previous).toEqual({
      date_range: { start: '2026-01-02', end: '2026-01-30' },
      by_currency: [
        {
          currency: 'USD',
          transaction_count: 1,
          total_spend: '-3.00',
          total_income: '0.00',
          net_amount: '-3.00',
        },
      ],
    });
    expect(
      body.by_month.map(({ month, currency, total_spend }) => [month, currency, total_spend]),
    ).toEqual([
      ['2026-01', 'USD', '-0.0001'],
      ['2026-02', 'EUR', '-7.00'],
      ['2026-02', 'USD', '-10.00'],
    ]);
    expect(
      body.by_category.map((entry) => [
        entry.category,
        entry.currency,
        entry.total_spend,
        entry.previous_spend,
      ]),
    ).toEqual([
      ['Food', 'EUR', '-7.00', '0.00'],
      ['Food', 'USD', '-10.0001', '-3.00'],
      ['Uncategorized', 'USD', '0.00', '0.00'],
    ]);
    expect(body.processing_status).toEqual({ pending: 0, processing: 0, completed: 4, failed: 0 });
  });

  const year = 'start_date=2026-01-01&end_date=2026-12-31';

  test('show categories that had spend only in the period before, so that its sum is whole', async () => {
    await store([
      { merchantName: 'food', amount: '-4', date: '2026-01-31' },
      { merchantName: 'other', amount: '-1', date: '2026-02-01' },
    ]);
    const { body } = await api.get<OverviewAnswer>(
      '/api/admin/accounts/acc-1/overview?start_date=2026-02-01&end_date=2026-02-28',
    );
    expect(
      body.by_category.map((entry) => [
        entry.category,
        entry.transaction_count,
        entry.total_spend,
        entry.previous_spend,
      ]),
    ).toEqual([
      ['Uncategorized', 1, '-1.00', '0.00'],
      ['Food', 0, '0.00', '-4.00'],
    ]);
  });

  test('are cached like the summary report, and computed anew when that is asked for', async () => {
    await store([{ accountId: 'kept', amount: '-1' }]);
    const path = `/api/admin/accounts/kept/overview?${year}`;
    const { body: first } = await api.get<OverviewAnswer>(path);
    const { body: second } = await api.get<OverviewAnswer>(path);
    expect([first.cached, second.cached]).toEqual([false, true]);
    expect(second.generated_at).toBe(first.generated_at);
    await api.get(`/api/reports/account/kept/summary?${year}`);
    const { body: third } = await api.get<OverviewAnswer>(`${path}&refresh=true`);
    expect(third.cached).toBe(false);
    // The report's callers get the same new figures.
    const report = await api.get(`/api/reports/account/kept/summary?${year}`);
    expect(report.headers.get('x-cache')).toBe('miss');
    expect((await api.get<Problem>(`${path}&refresh=maybe`)).body.errors?.[0]?.pointer).toBe(
      '/refresh',
    );
  });

  test('count rows that are not processed by the status of their batch', async () => {
    await store([{ accountId: 'mixed' }]);
    await insertTestBatch(api.database, [
      makeTransaction({ accountId: 'mixed' }),
      makeTransaction({ accountId: 'mixed' }),
    ]);
    const { body } = await api.get<OverviewAnswer>(`/api/admin/accounts/mixed/overview?${year}`);
    expect(body.processing_status).toEqual({ pending: 2, processing: 0, completed: 1, failed: 0 });
  });

  test('can be narrowed to a currency, and to at most a year', async () => {
    await store([
      { accountId: 'two', currency: 'EUR' },
      { accountId: 'two', currency: 'USD' },
    ]);
    const path = '/api/admin/accounts/two/overview';
    const { body } = await api.get<OverviewAnswer>(`${path}?${year}&currency=EUR`);
    expect(body.by_month.map(({ currency }) => currency)).toEqual(['EUR']);
    expect((await api.get(`${path}?start_date=2025-12-31&end_date=2026-12-31`)).status).toBe(400);
  });

  test.each(['a/b c', '50%', '%2F', 'ü店😀', '?#&=+', "o'clock\\"])(
    'may have the id %j',
    async (id) => {
      await store([{ accountId: id }]);
      const path = `/api/admin/accounts/${encodeURIComponent(id)}/overview?${year}`;
      expect((await api.get<OverviewAnswer>(path)).body.account_id).toBe(id);
    },
  );

  test('that were never seen are not found', async () => {
    expect((await api.get(`/api/admin/accounts/nobody/overview?${year}`)).status).toBe(404);
    expect((await api.get('/api/admin/accounts/nobody/overview.csv?by=month')).status).toBe(404);
    expect((await api.get(`/api/admin/accounts/%00/overview?${year}`)).status).toBe(404);
  });

  describe('as CSV', () => {
    const csv = async (id: string, by: string) => {
      const path = `/api/admin/accounts/${encodeURIComponent(id)}/overview.csv`;
      const response = await fetch(`${api.url}${path}?${year}&by=${by}`, {
        headers: { Authorization: `Bearer ${api.key}` },
      });
      return { response, lines: (await response.text()).split('\r\n') };
    };

    test('by category and by month, with exact amounts', async () => {
      await store([
        { accountId: 'csv', merchantName: 'food', amount: '-10.0001', date: '2026-01-31' },
        { accountId: 'csv', merchantName: 'pay', amount: '50', date: '2026-02-01' },
      ]);
      const byCategory = await csv('csv', 'category');
      expect(byCategory.response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(byCategory.response.headers.get('content-disposition')).toBe(
        'attachment; filename="account-by-category-2026-01-01-to-2026-12-31.csv"',
      );
      expect(byCategory.lines).toEqual([
        '"account_id","start_date","end_date","currency","category","transaction_count","total_spend","total_income","previous_spend"',
        '"csv","2026-01-01","2026-12-31","USD","Food",1,-10.0001,0.00,0.00',
        '"csv","2026-01-01","2026-12-31","USD","Uncategorized",1,0.00,50.00,0.00',
        '',
      ]);
      expect((await csv('csv', 'month')).lines).toEqual([
        '"account_id","month","currency","transaction_count","total_spend","total_income"',
        '"csv","2026-01","USD",1,-10.0001,0.00',
        '"csv","2026-02","USD",1,0.00,50.00',
        '',
      ]);
      expect((await csv('csv', 'week')).response.status).toBe(400);
    });

    test('is no formula of a spreadsheet', async () => {
      await store([{ accountId: '=1+1,"x"' }]);
      expect((await csv('=1+1,"x"', 'month')).lines[1]).toBe(
        `"'=1+1,""x""","2026-01","USD",1,-1.00,0.00`,
      );
    });
  });

  test('have the figures of the summary report', async () => {
    await store([{ accountId: 'same', merchantName: 'food', amount: '-10.5', date: '2026-02-01' }]);
    const admin = await api.get<SummaryBody>(`/api/admin/accounts/same/summary?${year}`);
    const report = await api.get<SummaryBody>(`/api/reports/account/same/summary?${year}`);
    expect({ ...admin.body, generated_at: '' }).toEqual({ ...report.body, generated_at: '' });
    expect((await api.get(`/api/admin/accounts/nobody/summary?${year}`)).status).toBe(404);
    const { body } = await api.get<OverviewAnswer>(`/api/admin/accounts/same/overview?${year}`);
    expect(body.processing_status).toEqual(report.body.processing_status);
    expect(
      body.current.by_currency.map(({ transaction_count, ...totals }) => ({
        ...totals,
        total_transactions: transaction_count,
      })),
    ).toEqual(report.body.by_currency);
  });
});
