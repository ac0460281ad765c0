import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { findDrift } from '../../src/db/totals/find-drift.ts';
import type { FaultStack } from './fault-stack.ts';
import { noDrift } from './no-drift.ts';
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

/** How the client's record and the system's tables agree, and how they differ. */
export interface Reconciliation {
  batches: number;
  /** Rows that got a 202. */
  acknowledged: number;
  stored: number;
  /** Rows stored more than once. */
  doubled: number;
  /** Rows that got a 202, and are not stored. */
  lost: number;
  /** Rows that never got one, and are stored. */
  unacknowledged: number;
  /** Rows with another amount than the one sent. */
  changed: number;
  /** Batches that are not completed, or whose counts differ from their rows. */
  wrongBatches: number;
  /** Accounts of whose report a count or a sum differs from the client's own. */
  wrongReports: number;
}

/** A request without an answer for this long counts as lost. */
const answerTimeoutMs = 30_000;
/** How many reports are requested at a time. */
const reportsAtOnce = 8;
export const ingestPath = '/api/integrations/transactions';

const accountsOfLabel = 4;
const keyOf = (row: { account_id: string; transaction_id: string }) =>
  `${row.account_id}\0${row.transaction_id}`;

/** Makes rows that no other label has, on four accounts of its own unless others are named. A third of them get a category. */
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

/** Reads an amount as whole ten-thousandths, which a BigInt adds up exactly. */
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
 * What a client knows: which rows were accepted, and which were not. The sums of the system must equal the client's
 * sums, which are made without the system's help.
 */
export class ClientRecord {
  readonly #stack: FaultStack;
  readonly #accepted = new Map<string, ClientRow>();
  readonly #batchIds = new Set<string>();

  constructor(stack: FaultStack) {
    this.#stack = stack;
  }

  /** Creates a category, so that there is something to count. */
  async createCategory(): Promise<void> {
    const answer = await this.request('POST', '/api/admin/categories/import', {
      categories: [{ name: 'Groceries', patterns: ['walmart'] }],
    });
    assert.equal(answer.status, 200);
  }

  /** Sends a request. Without an answer, the status is 0 and the body has the error's code. */
  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ClientAnswer> {
    const text = body === undefined ? null : JSON.stringify(body);
    return this.send(method, path, text, { 'content-type': 'application/json', ...headers });
  }

  async send(
    method: string,
    path: string,
    body: string | null,
    headers: Record<string, string>,
  ): Promise<ClientAnswer> {
    const startedAt = performance.now();
    try {
      const port = path === ingestPath ? this.#stack.ingestPort : this.#stack.apiPort;
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { authorization: `Bearer ${this.#stack.apiKey}`, ...headers },
        body,
        signal: AbortSignal.timeout(answerTimeoutMs),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: JSON.parse(text),
        ms: performance.now() - startedAt,
      };
    } catch (error) {
      const { cause, name } = error as Error & { cause?: { code?: string } };
      const ms = performance.now() - startedAt;
      return { status: 0, headers: new Headers(), body: { code: cause?.code ?? name }, ms };
    }
  }

  /** Posts a batch, and remembers whether it was accepted. */
  async post(rows: ClientRow[], headers: Record<string, string> = {}): Promise<ClientAnswer> {
    const answer = await this.request('POST', ingestPath, { transactions: rows }, headers);
    if (answer.status === 202) this.#note(answer, rows);
    return answer;
  }

  /** Posts a batch as an NDJSON stream, and remembers whether it was accepted. */
  async postStream(rows: ClientRow[], headers: Record<string, string> = {}): Promise<ClientAnswer> {
    const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    const type = { 'content-type': 'application/x-ndjson' };
    const answer = await this.send('POST', ingestPath, lines, { ...type, ...headers });
    if (answer.status === 202) this.#note(answer, rows);
    return answer;
  }

  #note({ body }: ClientAnswer, rows: ClientRow[]): void {
    this.noteAccepted(rows);
    this.#batchIds.add(body.batch_id);
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

  get acknowledged(): number {
    return this.#accepted.size;
  }

  /**
   * Waits until no batch is open, and compares what the system has with what it promised. Throws an AssertionError
   * that shows the first difference.
   */
  async reconcile(timeoutMs = 60_000): Promise<Reconciliation> {
    await this.untilDone(timeoutMs);
    const rows = await this.#compareRows();
    const wrongBatches = await this.#findWrongBatches();
    const wrongReports = await this.#findWrongReports();
    // Totals are recounted as operators recount them.
    assert.deepEqual(await findDrift(this.#stack.database), noDrift);
    assert.deepEqual(
      {
        ...rows.examples,
        wrongBatches: wrongBatches.slice(0, 3),
        wrongReports: wrongReports.slice(0, 3),
      },
      {
        doubled: [],
        lost: [],
        unacknowledged: [],
        changed: [],
        wrongBatches: [],
        wrongReports: [],
      },
    );
    for (const part of this.#stack.parts) this.#stack.pid(part);
    const [batches] = await this.#stack.database('batches').count({ count: '*' });
    return {
      batches: batches?.count as number,
      ...rows.counts,
      wrongBatches: wrongBatches.length,
      wrongReports: wrongReports.length,
    };
  }

  /** Waits until every batch that was accepted is stored, which Kafka leaves to later. */
  async untilStored(timeoutMs: number): Promise<void> {
    await waitFor(async () => {
      const found = await this.#stack.database.raw<{ rows: { count: number }[] }>(
        'SELECT count(*) FROM batches WHERE id = ANY(?)',
        [[...this.#batchIds]],
      );
      return found.rows[0]?.count === this.#batchIds.size;
    }, timeoutMs);
  }

  /** Waits until every batch is stored and none is open. */
  async untilDone(timeoutMs: number): Promise<void> {
    await this.untilStored(timeoutMs);
    const open = () =>
      this.#stack.database('batches').whereIn('status', ['pending', 'processing']).select('*');
    await waitFor(async () => (await open()).length === 0, timeoutMs).catch(async (cause) => {
      throw new Error(`still open: ${JSON.stringify((await open()).slice(0, 3))}`, { cause });
    });
  }

  async #compareRows() {
    const { rows } = await this.#stack.database.raw<{ rows: ClientRow[] }>(
      'SELECT account_id AS "account_id", transaction_id AS "transaction_id", amount::text FROM transactions',
    );
    const stored = new Map<string, string>();
    const doubled: string[] = [];
    for (const row of rows) {
      const key = keyOf(row);
      if (stored.has(key)) doubled.push(key);
      stored.set(key, row.amount);
    }
    const expected = this.#accepted;
    const lost = [...expected.keys()].filter((key) => !stored.has(key));
    const unacknowledged = [...stored.keys()].filter((key) => !expected.has(key));
    const changed = [...expected]
      .filter(([key, row]) => stored.has(key) && stored.get(key) !== row.amount)
      .map(([key]) => key);
    const first = (keys: string[]) => keys.slice(0, 3);
    return {
      counts: {
        acknowledged: expected.size,
        stored: rows.length,
        doubled: doubled.length,
        lost: lost.length,
        unacknowledged: unacknowledged.length,
        changed: changed.length,
      },
      examples: {
        doubled: first(doubled),
        lost: first(lost),
        unacknowledged: first(unacknowledged),
        changed: first(changed),
      },
    };
  }

  async #findWrongBatches(): Promise<unknown[]> {
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
    return rows;
  }

  /** Compares the report of each account, as a client gets it, with the client's own sums. */
  async #findWrongReports(): Promise<unknown[]> {
    const accounts = new Map<string, { count: number; spend: bigint; income: bigint }>();
    for (const row of this.#accepted.values()) {
      const sums = accounts.get(row.account_id) ?? { count: 0, spend: 0n, income: 0n };
      const units = parseUnits(row.amount);
      sums.count++;
      if (units < 0n) sums.spend += units;
      else sums.income += units;
      accounts.set(row.account_id, sums);
    }
    const wrong: unknown[] = [];
    const remaining = [...accounts];
    const lane = async () => {
      for (let next = remaining.pop(); next !== undefined; next = remaining.pop()) {
        const [account, { count, spend, income }] = next;
        const expected = {
          count,
          spend,
          income,
          net: spend + income,
          status: { pending: 0, processing: 0, completed: count, failed: 0 },
        };
        const { body } = await this.getReport(account);
        const { metrics } = body;
        const found = metrics && {
          count: metrics.total_transactions,
          spend: parseUnits(metrics.total_spend),
          income: parseUnits(metrics.total_income),
          net: parseUnits(metrics.net_amount),
          status: body.processing_status,
        };
        if (!isDeepStrictEqual(found, expected))
          wrong.push({ account, found: found ?? body, expected });
      }
    };
    await Promise.all(Array.from({ length: reportsAtOnce }, lane));
    return wrong;
  }
}

/** Returns the 95th percentile. */
export function p95(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? 0;
}
