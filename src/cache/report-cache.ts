import { randomUUID } from 'node:crypto';
import { ApiError } from '../domain/errors.ts';
import { reportCacheSeconds } from '../domain/limits.ts';
import type { Cache } from './cache.ts';
import type { LookupCounts } from './lookup-counts.ts';

export const reportPrefix = 'account_summary:';
/** Lists the keys of an account's cached reports, whose dates can't be guessed. */
export const reportIndexPrefix = 'account_summary_keys:';
/** Longer than a computation can take, which a statement's timeout ends. */
const leaseSeconds = 60;

export interface ReportKey {
  accountId: string;
  startDate: string;
  endDate: string;
  currency: string | null;
  /** The console's larger report of the same rows; the summary where there is none. */
  view?: 'overview';
}

/** A report as it was answered. */
export interface CachedReport {
  /** JSON text. */
  body: string;
  etag: string;
  /** Milliseconds since the epoch. */
  generatedAtMs: number;
}

export interface ReportLookup extends CachedReport {
  isHit: boolean;
}

/**
 * Summary reports, kept for 300 s, or until categories change or the rows of their account do.
 *
 * A computation may have read rows from before a change whose drop comes before its end. So it first
 * puts a lease under the report's key, which a drop by any process takes away like a report, and its
 * report is kept only in the place of that lease. What remains: a drop is made up for only once the
 * cache can be reached again, and a request that joins a computation in flight, in the same process, may get rows
 * from before a drop by another one; that answer is not kept.
 */
export class ReportCache {
  readonly #cache: Cache;
  readonly #lookups: LookupCounts = { hits: 0, misses: 0 };
  readonly #inFlight = new Map<string, Promise<CachedReport | null>>();
  /** Reports that this process has kept, of whatever key. */
  #keptCount = 0;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  get lookups(): LookupCounts {
    return this.#lookups;
  }

  /**
   * The cached report, or else the computed one; null where there is none. Requests for the same
   * report at the same time share one computation. It is done in the name of who came first; where that one is
   * refused (ApiError `overloaded`), the others compute in their own names.
   */
  async lookUp(
    key: ReportKey,
    compute: () => Promise<CachedReport | null>,
  ): Promise<ReportLookup | null> {
    const name = cacheKey(key);
    const keptBefore = this.#keptCount;
    let cached = await this.#read(key, name);
    // The report may have been kept while this was on its way to the cache, by a computation that has ended since.
    if (cached === null && !this.#inFlight.has(name) && this.#keptCount !== keptBefore)
      cached = await this.#read(key, name);
    this.#lookups[cached === null ? 'misses' : 'hits']++;
    if (cached !== null) return { ...cached, isHit: true };
    const computed = await this.#joinOrBegin(key, name, compute);
    return computed === null ? null : { ...computed, isHit: false };
  }

  #joinOrBegin(
    key: ReportKey,
    name: string,
    compute: () => Promise<CachedReport | null>,
  ): Promise<CachedReport | null> {
    const begin = () => {
      const begun = this.#computeAndKeep(key, name, compute).finally(() => {
        // After a drop the place may be a later computation's.
        if (this.#inFlight.get(name) === begun) this.#inFlight.delete(name);
      });
      this.#inFlight.set(name, begun);
      return begun;
    };
    const joined = this.#inFlight.get(name);
    if (joined === undefined) return begin();
    return joined.catch((error: unknown) => {
      if (error instanceof ApiError && error.code === 'overloaded') return begin();
      throw error;
    });
  }

  async #read(key: ReportKey, name: string): Promise<CachedReport | null> {
    // A full cache may have evicted the list of the account's reports, by which a drop would find this one.
    return parse(await this.#cache.getListed(name, reportIndexPrefix + key.accountId));
  }

  /** After rows of these accounts changed. */
  async dropAccounts(accountIds: readonly string[]): Promise<void> {
    this.#inFlight.clear();
    const keys = await this.#cache.members(accountIds.map((id) => reportIndexPrefix + id));
    if (keys.length > 0) await this.#cache.delete(keys);
  }

  /** After categories changed: their names and rows are in every report. */
  async dropAll(): Promise<void> {
    this.#inFlight.clear();
    await this.#cache.deleteByPrefix(reportPrefix);
  }

  async #computeAndKeep(
    key: ReportKey,
    name: string,
    compute: () => Promise<CachedReport | null>,
  ): Promise<CachedReport | null> {
    const lease = `computing:${randomUUID()}`;
    await Promise.all([
      // First, and for longer: whatever is under the key must be found by a drop.
      this.#cache.add(reportIndexPrefix + key.accountId, name, leaseSeconds + reportCacheSeconds),
      this.#cache.set(name, lease, leaseSeconds),
    ]);
    const report = await compute();
    if (report === null) {
      await this.#cache.delete([name]);
      return null;
    }
    await this.#cache.replace(name, lease, toText(report), reportCacheSeconds);
    this.#keptCount++;
    return report;
  }
}

function cacheKey({ accountId, startDate, endDate, currency, view }: ReportKey): string {
  const parts = [accountId, startDate, endDate, currency, view];
  return reportPrefix + parts.filter((part) => part != null).join(':');
}

/** The body as it is, below a line with the rest. */
const toText = ({ body, etag, generatedAtMs }: CachedReport): string =>
  `${generatedAtMs} ${etag}\n${body}`;

const firstLine = /^(\d{1,15}) (.*)\n/;

/** What can't be read is a miss. */
function parse(text: string | null): CachedReport | null {
  if (text === null) return null;
  const [line, generatedAtMs, etag] = firstLine.exec(text) ?? [];
  if (line === undefined || etag === undefined) return null;
  return { body: text.slice(line.length), etag, generatedAtMs: Number(generatedAtMs) };
}
