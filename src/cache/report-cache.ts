import { randomUUID } from 'node:crypto';
import { ApiError } from '../domain/errors.ts';
import { reportCacheSeconds } from '../domain/limits.ts';
import type { Cache } from './cache.ts';
import { CountedLookups, type LookupCounts } from './lookup-counts.ts';

export const reportPrefix = 'account_summary:';
/** Lists the keys of an account's cached reports, whose dates can't be guessed. */
export const reportIndexPrefix = 'account_summary_keys:';
/** Longer than the statement timeout, which ends a computation. */
const leaseSeconds = 60;

export interface ReportKey {
  accountId: string;
  startDate: string;
  endDate: string;
  currency: string | null;
  /** The console's overview of the same rows; without it, the summary. */
  view?: 'overview';
}

/** A report as the API answers it. */
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
 * Summary reports, cached for 300 s, or until categories or rows of the account change.
 *
 * A computation may read rows before a change, and end after the drop that follows the change. So each computation
 * first puts a lease under the report's key. A drop by any process deletes the lease like a report, and the
 * report is cached only if it can replace the lease. Two cases remain. A drop that could not reach the cache
 * is repeated only when the cache is back. And a request that joins a computation of its own process may get
 * rows from before a drop by another process; that answer is not cached.
 */
export class ReportCache {
  readonly #cache: Cache;
  readonly #lookups = new CountedLookups('reports');
  readonly #inFlight = new Map<string, Promise<CachedReport | null>>();
  /** The number of reports that this process has cached, of any key. */
  #keptCount = 0;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  get lookups(): LookupCounts {
    return this.#lookups;
  }

  /**
   * The cached report, or else the computed one; null for an unknown account. Concurrent requests for the same
   * report share the computation of the first one. If that one is refused (ApiError `overloaded`), the others
   * compute the report themselves.
   */
  async lookUp(
    key: ReportKey,
    compute: () => Promise<CachedReport | null>,
  ): Promise<ReportLookup | null> {
    const name = cacheKey(key);
    const keptBefore = this.#keptCount;
    let cached = await this.#read(key, name);
    // A computation may have cached the report, and ended, while this request was waiting for the cache.
    if (cached === null && !this.#inFlight.has(name) && this.#keptCount !== keptBefore)
      cached = await this.#read(key, name);
    this.#lookups.count(cached !== null);
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
        // After a drop, a later computation may have taken the place.
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
    // A full cache may have evicted the list of the account's reports, without which a drop does not find this one.
    return parse(await this.#cache.getListed(name, reportIndexPrefix + key.accountId));
  }

  /** Must be called after rows of these accounts changed. */
  async dropAccounts(accountIds: readonly string[]): Promise<void> {
    this.#inFlight.clear();
    const keys = await this.#cache.members(accountIds.map((id) => reportIndexPrefix + id));
    if (keys.length > 0) await this.#cache.delete(keys);
  }

  /** Must be called after categories changed: their names and rows are in every report. */
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
      // The list entry comes first, and lives longer, so that a drop finds whatever is under the key.
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

/** A line with the time and the ETag, and then the body. */
const toText = ({ body, etag, generatedAtMs }: CachedReport): string =>
  `${generatedAtMs} ${etag}\n${body}`;

const firstLine = /^(\d{1,15}) (.*)\n/;

/** Returns null, which is a miss, for a lease and for text that cannot be read. */
function parse(text: string | null): CachedReport | null {
  if (text === null) return null;
  const [line, generatedAtMs, etag] = firstLine.exec(text) ?? [];
  if (line === undefined || etag === undefined) return null;
  return { body: text.slice(line.length), etag, generatedAtMs: Number(generatedAtMs) };
}
