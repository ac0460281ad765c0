import { reportCacheSeconds } from '../domain/limits.ts';
import type { Cache } from './cache.ts';

const prefix = 'account_summary:';
/** Lists the keys of an account's cached reports, whose dates can't be guessed. */
const indexPrefix = 'account_summary_keys:';

export interface ReportKey {
  accountId: string;
  startDate: string;
  endDate: string;
  currency: string | null;
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

/** Summary reports, kept for 300 s, or until categories change or the rows of their account do. */
export class ReportCache {
  readonly #cache: Cache;
  readonly #inFlight = new Map<string, Promise<CachedReport | null>>();

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  /**
   * The cached report, or else the computed one; null where there is none. Requests for the same
   * report at the same time share one computation.
   */
  async lookUp(
    key: ReportKey,
    compute: () => Promise<CachedReport | null>,
  ): Promise<ReportLookup | null> {
    const name = cacheKey(key);
    const cached = parse(await this.#cache.get(name));
    if (cached !== null) return { ...cached, isHit: true };
    let computing = this.#inFlight.get(name);
    if (computing === undefined) {
      computing = this.#computeAndKeep(key, name, compute).finally(() =>
        this.#inFlight.delete(name),
      );
      this.#inFlight.set(name, computing);
    }
    const computed = await computing;
    return computed === null ? null : { ...computed, isHit: false };
  }

  /** After rows of these accounts changed. */
  async dropAccounts(accountIds: readonly string[]): Promise<void> {
    const keys = await this.#cache.members(accountIds.map((id) => indexPrefix + id));
    if (keys.length > 0) await this.#cache.delete(keys);
  }

  /** After categories changed: their names and rows are in every report. */
  async dropAll(): Promise<void> {
    await this.#cache.deleteByPrefix(prefix);
  }

  async #computeAndKeep(
    key: ReportKey,
    name: string,
    compute: () => Promise<CachedReport | null>,
  ): Promise<CachedReport | null> {
    const report = await compute();
    if (report === null) return null;
    await this.#cache.add(indexPrefix + key.accountId, name, reportCacheSeconds);
    await this.#cache.set(name, JSON.stringify(report), reportCacheSeconds);
    return report;
  }
}

function cacheKey({ accountId, startDate, endDate, currency }: ReportKey): string {
  return `${prefix}${accountId}:${startDate}:${endDate}${currency === null ? '' : `:${currency}`}`;
}

/** What can't be read is a miss. */
function parse(text: string | null): CachedReport | null {
  if (text === null) return null;
  try {
    const { body, etag, generatedAtMs } = JSON.parse(text) as Partial<CachedReport>;
    if (typeof body !== 'string' || typeof etag !== 'string' || typeof generatedAtMs !== 'number')
      return null;
    return { body, etag, generatedAtMs };
  } catch {
    return null;
  }
}
