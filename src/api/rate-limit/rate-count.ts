import type { WindowCounts } from '../../cache/shared-counts.ts';

/**
 * How long a process keeps to itself what it has counted. Requests must not wait for a server that may be
 * away, and one round trip a request would cost more than most answers. So a limit is exact within a process,
 * and between processes it lets through what comes to them within this time.
 */
const tellAfterMs = 100;
/** Bounds the memory; those counted first make room. */
const maxKeys = 100_000;

interface Entry {
  /** By all processes, as far as it is known here. */
  count: number;
  /** Of them, what the others have not been told. */
  untold: number;
  /** Milliseconds since the epoch. */
  until: number;
}

export interface Counted {
  count: number;
  secondsLeft: number;
}

/** Counts by key within windows of time: at once in this process, and together with the others in the background. */
export class RateCount {
  readonly #windowMs: number;
  readonly #shared: WindowCounts;
  readonly #entries = new Map<string, Entry>();
  #untoldKeys = new Set<string>();
  #isTelling = false;

  constructor(windowSeconds: number, shared: WindowCounts) {
    this.#windowMs = windowSeconds * 1000;
    this.#shared = shared;
  }

  /** Adds to the count of a key, and returns it. */
  add(key: string, points = 1): Counted {
    const entry = this.#current(key) ?? this.#begin(key);
    entry.count += points;
    entry.untold += points;
    this.#untoldKeys.add(key);
    // Asked here, since a call that has nothing to do would make a promise all the same.
    if (!this.#isTelling) void this.#tell();
    return toCounted(entry);
  }

  /** The count of a key, unchanged; null for one that was not counted in this window. */
  look(key: string): Counted | null {
    const entry = this.#current(key);
    return entry === undefined ? null : toCounted(entry);
  }

  #current(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.until > Date.now() ? entry : undefined;
  }

  #begin(key: string): Entry {
    this.#entries.delete(key);
    if (this.#entries.size >= maxKeys) {
      const oldest = this.#entries.keys().next().value;
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    const entry = { count: 0, untold: 0, until: Date.now() + this.#windowMs };
    this.#entries.set(key, entry);
    return entry;
  }

  /** Exchanges counts with the other processes, as long as there is something to tell. */
  async #tell(): Promise<void> {
    this.#isTelling = true;
    while (this.#untoldKeys.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, tellAfterMs).unref());
      const keys = this.#untoldKeys;
      this.#untoldKeys = new Set();
      await Promise.all([...keys].map((key) => this.#tellOf(key)));
    }
    this.#isTelling = false;
  }

  async #tellOf(key: string): Promise<void> {
    const entry = this.#current(key);
    if (entry === undefined || entry.untold === 0) return;
    const told = entry.untold;
    entry.untold = 0;
    const shared = await this.#shared.add(key, told);
    if (shared === null) {
      // Told with what comes next.
      entry.untold += told;
      return;
    }
    entry.count = shared.total + entry.untold;
    entry.until = Date.now() + shared.msLeft;
  }
}

const toCounted = ({ count, until }: Entry): Counted => ({
  count,
  secondsLeft: Math.max(1, Math.ceil((until - Date.now()) / 1000)),
});
