import { Counter } from 'prom-client';

/** Counts of look-ups since the process started. */
export interface LookupCounts {
  hits: number;
  misses: number;
}

type CacheName = 'reports' | 'patterns';

const lookups = new Counter({
  name: 'tallyflow_cache_lookups_total',
  help: 'Look-ups in the caches of reports and patterns.',
  labelNames: ['cache', 'outcome'] as const,
});

/** Counts the look-ups of a cache, for the console and for metrics. */
export class CountedLookups implements LookupCounts {
  readonly #cache: CacheName;
  hits = 0;
  misses = 0;

  constructor(cache: CacheName) {
    this.#cache = cache;
    // A rate needs the zero before the first one.
    for (const outcome of ['hit', 'miss']) lookups.inc({ cache, outcome }, 0);
  }

  count(isHit: boolean): void {
    if (isHit) this.hits++;
    else this.misses++;
    lookups.inc({ cache: this.#cache, outcome: isHit ? 'hit' : 'miss' });
  }
}
