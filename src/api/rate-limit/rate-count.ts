import { LRUCache } from 'lru-cache';
import type { WindowCounts } from '../../cache/shared-counts.ts';

/**
 * How long a process keeps to itself what it has counted. Requests must not wait for a server that may be
 * away, and one round trip a request would cost more than most answers. So a limit is exact within a process,
 * and between processes it lets through what comes to them within this time.
 */
const shareAfterMs = 100;
/** Bounds the memory. */
const maxKeys = 100_000;

interface Entry {
  /** The count of all processes, as far as this one knows. */
  count: number;
  /** The part of the count that other processes have not seen yet. */
  unshared: number;
}

export interface WindowCount {
  count: number;
  secondsLeft: number;
}

/** Counts by key within windows of time: at once in this process, and together with the others in the background. */
export class RateCount {
  readonly #shared: WindowCounts;
  /** Each entry lives until its window ends. */
  readonly #entries: LRUCache<string, Entry>;
  #unsharedKeys = new Set<string>();
  #isSharing = false;

  constructor(windowSeconds: number, shared: WindowCounts) {
    this.#shared = shared;
    this.#entries = new LRUCache({
      // With `max`, each count would take the memory of all these keys from the start.
      maxSize: maxKeys,
      sizeCalculation: () => 1,
      ttl: windowSeconds * 1000,
      // A clock that stands still for a millisecond would take a count that begins in it for one that lasts longer.
      ttlResolution: 0,
    });
  }

  /** Adds to the count of a key, and returns it. */
  add(key: string, points = 1): WindowCount {
    const entry = this.#entries.get(key) ?? this.#begin(key);
    entry.count += points;
    entry.unshared += points;
    this.#unsharedKeys.add(key);
    void this.#share();
    return this.#windowCount(key, entry);
  }

  /** The count of a key, unchanged; null for one that was not counted in this window. */
  look(key: string): WindowCount | null {
    const entry = this.#entries.get(key);
    return entry === undefined ? null : this.#windowCount(key, entry);
  }

  #begin(key: string): Entry {
    const entry = { count: 0, unshared: 0 };
    this.#entries.set(key, entry);
    return entry;
  }

  #windowCount(key: string, { count }: Entry): WindowCount {
    const secondsLeft = Math.ceil(this.#entries.getRemainingTTL(key) / 1000);
    return { count, secondsLeft: Math.max(1, secondsLeft) };
  }

  /** Exchanges counts with the other processes, as long as there is something to share. */
  async #share(): Promise<void> {
    if (this.#isSharing) return;
    this.#isSharing = true;
    while (this.#unsharedKeys.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, shareAfterMs).unref());
      const keys = this.#unsharedKeys;
      this.#unsharedKeys = new Set();
      await Promise.all([...keys].map((key) => this.#shareCount(key)));
    }
    this.#isSharing = false;
  }

  async #shareCount(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.unshared === 0) return;
    const points = entry.unshared;
    entry.unshared = 0;
    const shared = await this.#shared.add(key, points);
    if (shared === null) {
      // These points are shared together with the next ones.
      entry.unshared += points;
      return;
    }
    entry.count = shared.total + entry.unshared;
    // Its window may have ended meanwhile, or the key may have had to make room.
    if (this.#entries.get(key) === entry)
      this.#entries.set(key, entry, { ttl: Math.max(1, shared.msLeft) });
  }
}
