import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { generateTransactions, iterateTransactions } from './generate-batch.ts';

const options = { count: 5000, accounts: 10, seed: 7, endDate: '2026-03-31', days: 90 };
const rows = generateTransactions(options);

const { categories } = JSON.parse(
  readFileSync(new URL('./starter-categories.json', import.meta.url), 'utf8'),
) as { categories: { name: string; patterns: string[] }[] };
const patterns = categories.flatMap((category) => category.patterns);

/** The contract's rule in its plainest form: either text inside the other, three characters up. */
function matchesAny(text: string | null): boolean {
  const normalized = (text ?? '').normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
  if ([...normalized].length < 3) return false;
  return patterns.some((pattern) => normalized.includes(pattern) || pattern.includes(normalized));
}

const run = promisify(execFile);
const script = fileURLToPath(new URL('./generate-batch.ts', import.meta.url));
const runScript = (...args: string[]) =>
  run(process.execPath, [script, ...args], { maxBuffer: 64 * 2 ** 20 });

describe('generateTransactions', () => {
  test('gives the same rows for the same seed', () => {
    expect(generateTransactions(options)).toEqual(rows);
  });

  test('gives other rows and other transaction ids for another seed', () => {
    const others = generateTransactions({ ...options, seed: 8 });
    const ids = new Set(rows.map((row) => row.transaction_id));
    expect(others.filter((row) => ids.has(row.transaction_id))).toEqual([]);
    expect(others.map((row) => row.amount)).not.toEqual(rows.map((row) => row.amount));
  });

  test.each([0, 1, 2, 999])('gives exactly %i rows', (count) => {
    expect(generateTransactions({ ...options, count })).toHaveLength(count);
  });

  test('gives rows of the shape that the API takes', () => {
    for (const row of rows) {
      expect(row).toEqual({
        transaction_id: expect.stringMatching(/^txn-7-\d{7}$/),
        account_id: expect.stringMatching(/^acc-\d{4}$/),
        amount: expect.stringMatching(/^-?(0|[1-9]\d{0,14})\.\d{2}$/),
        currency: expect.stringMatching(/^[A-Z]{3}$/),
        date: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
        merchant_name: row.merchant_name === null ? null : expect.stringMatching(/\S/),
        description: row.description === null ? null : expect.stringMatching(/\S/),
      });
    }
  });

  test('never gives an amount of zero', () => {
    expect(rows.filter((row) => /^-?0\.00$/.test(row.amount))).toEqual([]);
  });

  test('repeats no transaction id within an account', () => {
    const keys = rows.map((row) => `${row.account_id} ${row.transaction_id}`);
    expect(new Set(keys).size).toBe(rows.length);
  });

  test('uses every account and no more', () => {
    expect(new Set(rows.map((row) => row.account_id)).size).toBe(10);
  });

  test('keeps one currency an account, and two in every fifth', () => {
    const currencies = Map.groupBy(rows, (row) => row.account_id);
    const counts = [...currencies]
      .sort(([left], [right]) => left.localeCompare(right))
      .map(([, own]) => new Set(own.map((row) => row.currency)).size);
    expect(counts).toEqual([1, 1, 1, 1, 2, 1, 1, 1, 1, 2]);
  });

  test('keeps dates in order, inside the range, and reaches both of its ends', () => {
    const dates = rows.map((row) => row.date);
    expect(dates).toEqual(dates.toSorted());
    expect(dates.at(0)).toBe('2026-01-01');
    expect(dates.at(-1)).toBe('2026-03-31');
  });

  test('gives a range of a single day that day only', () => {
    const single = generateTransactions({ ...options, count: 50, days: 1 });
    expect(new Set(single.map((row) => row.date))).toEqual(new Set(['2026-03-31']));
  });

  test('has busier Fridays than Sundays', () => {
    const onWeekday = (weekday: number) =>
      rows.filter((row) => new Date(row.date).getUTCDay() === weekday).length;
    expect(onWeekday(5)).toBeGreaterThan(1.4 * onWeekday(0));
  });

  test('leaves about one row in six without a matching pattern', () => {
    const unmatched = rows.filter(
      (row) => !matchesAny(row.merchant_name) && !matchesAny(row.description),
    );
    expect(unmatched.length / rows.length).toBeGreaterThan(0.15);
    expect(unmatched.length / rows.length).toBeLessThan(0.2);
  });

  test('pays salaries in, and refunds now and then', () => {
    const salaries = rows.filter((row) => /^(SALARY|PAYROLL) /.test(row.description ?? ''));
    const refunds = rows.filter((row) => row.description?.startsWith('REFUND '));
    expect(salaries.length).toBeGreaterThan(0);
    expect(refunds.length).toBeGreaterThan(0);
    expect([...salaries, ...refunds].filter((row) => row.amount.startsWith('-'))).toEqual([]);
  });

  test('has rows without a merchant, rows beyond ASCII, and decorated names', () => {
    const names = rows.map((row) => row.merchant_name);
    expect(names).toContain(null);
    expect(names.some((name) => /[^\p{ASCII}]/u.test(name ?? ''))).toBe(true);
    expect(names.some((name) => name?.startsWith('SQ *'))).toBe(true);
    expect(names.some((name) => name?.startsWith('PAYPAL *'))).toBe(true);
    expect(names.some((name) => / #\d{4}$/.test(name ?? ''))).toBe(true);
  });

  test.each([
    { count: -1 },
    { count: 1.5 },
    { count: 10_000_001 },
    { accounts: 0 },
    { accounts: 100_001 },
    { seed: -1 },
    { days: 0 },
    { days: 3651 },
    { endDate: '2026-02-30' },
    { endDate: 'yesterday' },
  ])('refuses %j', (bad) => {
    expect(() => generateTransactions({ ...options, ...bad })).toThrow(RangeError);
  });
});

describe('iterateTransactions', () => {
  test('yields the first rows of millions without making the rest', () => {
    const first = iterateTransactions({ ...options, count: 10_000_000 })
      .take(3)
      .toArray();
    expect(first.map((row) => row.transaction_id)).toEqual([
      'txn-7-0000001',
      'txn-7-0000002',
      'txn-7-0000003',
    ]);
  });
});

describe('the command', () => {
  const range = ['--accounts', '10', '--seed', '7', '--end-date', '2026-03-31', '--days', '90'];

  test('writes one transaction a line as NDJSON', async () => {
    const { stdout } = await runScript('--rows', '5000', '--format', 'ndjson', ...range);
    expect(stdout.endsWith('\n')).toBe(true);
    const lines = stdout.slice(0, -1).split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(rows);
  });

  test('writes a request body as JSON', async () => {
    const { stdout } = await runScript('--rows', '5000', '--format', 'json', ...range);
    expect(JSON.parse(stdout)).toEqual({
      request_id: 'sample-7',
      total_transactions: 5000,
      transactions: rows,
    });
  });

  test('covers the 90 days up to today where no date is given', async () => {
    const { stdout } = await runScript('--rows', '500', '--format', 'ndjson');
    const dates = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).date as string);
    // The day may turn between the run and this line, so the bounds are a day wide.
    const dayAgo = (days: number) =>
      new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
    expect((dates.at(0) as string) >= dayAgo(90)).toBe(true);
    expect((dates.at(-1) as string) <= dayAgo(0)).toBe(true);
  });

  test.each([
    [[], '--rows is required'],
    [['--rows', 'many'], '--rows must be a whole number'],
    [['--rows', ''], '--rows must be a whole number'],
    [['--rows', '10000001'], 'count must be a whole number from 0 to 10000000'],
    [['--rows', '1', '--format', 'csv'], '--format must be json or ndjson'],
    [['--rows', '1', '--end-date', '2026-02-30'], 'endDate must be a date'],
    [['--rows', '1', '--color'], "Unknown option '--color'"],
  ])('refuses %j with what is wrong and the usage', async (args, message) => {
    await expect(runScript(...args)).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
    await expect(runScript(...args)).rejects.toMatchObject({
      stderr: expect.stringContaining('Usage: script/generate-batch'),
    });
  });
});
