import { expect } from '@jest/globals';
import type { FaultStack } from './fault-stack.ts';
import { waitFor } from './wait-for.ts';

export interface ClientRow {
  transaction_id: string;
  account_id: string;
  amount: string;
  currency: string;
  date: string;
  merchant_name: string;
}

export interface ClientAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test says itself what it expects of a body
  body: any;
  ms: number;
}

const accountsOfLabel = 4;
const keyOf = (row: { account_id: string; transaction_id: string }) =>
  `${row.account_id}\0${row.transaction_id}`;

/** Rows that no other label has, on four accounts of its own unless others are named; a third of them gets a category. */
export function makeRows(label: string, count: number, accounts = label): ClientRow[] {
  return Array.from({ length: count }, (_, index) => ({
    transaction_id: `${label}-${index}`,
    account_id: `${accounts}-account-${index % accountsOfLabel}`,
    amount: formatUnits(BigInt((index * 7_919_317) % 2_000_003) - 1_000_000n),
    currency: 'USD',
    date: `2026-01-${String((index % 31) + 1).padStart(2, '0')}`,
    merchant_name: index % 3 === 0 ? 'WALMART #123' : 'Corner shop',
  }));
}

/** Amounts as whole ten-thousandths, which a BigInt adds up exactly. */
function parseUnits(amount: string): bigint {
  const [whole = '', fraction = ''] = amount.replace('-', '').split('.');
  const units = BigInt(whole + fraction.padEnd(4, '0'));
  return amount.startsWith('-') ? -units : units;
}

function formatUnits(units: bigint): string {
  const digits = String(units < 0n ? -units : units).padStart(5, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

/**
 * What a client knows: which rows were accepted, and which were not. Its own sums, made without the
 * system's help, are what the system's have to equal.
 */
export class ClientRecord {
  readonly #stack: FaultStack;
  readonly #accepted = new Map<string, ClientRow>();

  constructor(stack: FaultStack) {
    this.#stack = stack;
  }

  /** A category, so that there is something to count. */
  async teach(): Promise<void> {
    const answer = await this.request('POST', '/api/admin/categories/import', {
      categories: [{ name: 'Groceries', patterns: ['walmart'] }],
    });
    expect(answer.status).toBe(200);
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ClientAnswer> {
    const startedAt = performance.now();
    const response = await fetch(this.#stack.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#stack.apiKey}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: JSON.parse(text),
      ms: performance.now() - startedAt,
    };
  }

  /** Posts a batch and remembers what became of it. */
  async post(rows: ClientRow[], headers: Record<string, string> = {}): Promise<ClientAnswer> {
    const path = '/api/integrations/transactions';
    const answer = await this.request('POST', path, { transactions: rows }, headers);
    if (answer.status === 202) this.noteAccepted(rows);
    return answer;
  }

  noteAccepted(rows: ClientRow[]): void {
    for (const row of rows) this.#accepted.set(keyOf(row), row);
  }

  getBatch(id: string): Promise<ClientAnswer> {
    return this.request('GET', `/api/integrations/batches/${id}`);
  }

  getReport(account: string): Promise<ClientAnswer> {
    const range = 'start_date=2026-01-01&end_date=2026-01-31';
    return this.request('GET', `/api/reports/account/${account}/summary?${range}`);
  }

  /** Waits until no batch is open any more, and compares what the system has with what it promised. */
  async reconcile(timeoutMs = 60_000): Promise<void> {
    await this.#untilDone(timeoutMs);
    await this.#expectRowsOnce();
    await this.#expectCountsRight();
    await this.#expectReportsRight();
    for (const part of ['postgres', 'temporal', 'redis', 'api', 'worker'] as const)
      this.#stack.pid(part);
  }

  async #untilDone(timeoutMs: number): Promise<void> {
    const open = () =>
      this.#stack.database('batches').whereIn('status', ['pending', 'processing']).select('*');
    await waitFor(async () => (await open()).length === 0, timeoutMs).catch(async (cause) => {
      throw new Error(`still open: ${JSON.stringify((await open()).slice(0, 3))}`, { cause });
    });
  }

  async #expectRowsOnce(): Promise<void> {
    const { rows } = await this.#stack.database.raw<{ rows: ClientRow[] }>(
      'SELECT account_id AS "account_id", transaction_id AS "transaction_id", amount::text FROM transactions',
    );
    const stored = new Map(rows.map((row) => [keyOf(row), row.amount]));
    const expected = this.#accepted;
    const missing = [...expected.keys()].filter((key) => !stored.has(key));
    const surplus = [...stored.keys()].filter((key) => !expected.has(key));
    const changed = [...expected]
      .filter(([key, row]) => stored.has(key) && stored.get(key) !== row.amount)
      .map(([key]) => key);
    const few = (keys: string[]) => ({ count: keys.length, first: keys.slice(0, 3) });
    expect({
      storedCount: rows.length,
      missing: few(missing),
      surplus: few(surplus),
      changed: few(changed),
    }).toEqual({
      storedCount: expected.size,
      missing: few([]),
      surplus: few([]),
      changed: few([]),
    });
  }

  async #expectCountsRight(): Promise<void> {
    const { rows } = await this.#stack.database.raw<{ rows: unknown[] }>(
      `SELECT b.*, counted.* FROM batches b LEFT JOIN LATERAL (
         SELECT count(*) AS row_count,
                count(*) FILTER (WHERE ingestion_status = 'completed') AS done_count,
                count(*) FILTER (WHERE category_id IS NOT NULL) AS with_category_count,
                count(*) FILTER (WHERE (category_id IS NOT NULL) <> (merchant_name LIKE 'WALMART%')) AS wrong_count
           FROM transactions t
          WHERE t.id BETWEEN b.first_transaction_id AND b.last_transaction_id AND t.batch_id = b.id
       ) AS counted ON true
       WHERE b.status <> 'completed' OR b.failure_reason IS NOT NULL OR wrong_count > 0
          OR (b.transaction_count, b.completed_count, b.categorized_count)
             IS DISTINCT FROM (row_count, done_count, with_category_count)
          OR b.transaction_count <> b.completed_count`,
    );
    expect(rows).toEqual([]);
  }

  async #expectReportsRight(): Promise<void> {
    const accounts = new Map<string, { count: number; spend: bigint; income: bigint }>();
    for (const row of this.#accepted.values()) {
      const sums = accounts.get(row.account_id) ?? { count: 0, spend: 0n, income: 0n };
      const units = parseUnits(row.amount);
      sums.count++;
      if (units < 0n) sums.spend += units;
      else sums.income += units;
      accounts.set(row.account_id, sums);
    }
    for (const [account, { count, spend, income }] of accounts) {
      const { body } = await this.getReport(account);
      const { metrics } = body;
      expect({
        account,
        count: metrics?.total_transactions,
        spend: parseUnits(metrics?.total_spend),
        income: parseUnits(metrics?.total_income),
        net: parseUnits(metrics?.net_amount),
        status: body.processing_status,
      }).toEqual({
        account,
        count,
        spend,
        income,
        net: spend + income,
        status: { pending: 0, processing: 0, completed: count, failed: 0 },
      });
    }
  }
}

/** The value that 95 of 100 stay below. */
export function p95(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? 0;
}
