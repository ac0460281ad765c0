interface Hour {
  startedAt: number;
  sentCount: number;
  unsentCount: number;
}

const hourMs = 3_600_000;
/** Bounds the memory, and together with the limit of each kind what a process may send in an hour. */
const maxKinds = 100;

/** Allows so many events of a kind in an hour, which begins with the first of them. */
export class EventLimit {
  readonly #hours = new Map<string, Hour>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Null where the event must not be sent, else how many of its kind were not, in the hour before. */
  take(kind: string, maxPerHour: number): number | null {
    const now = this.#now();
    const hour = this.#hours.get(kind);
    if (hour !== undefined && now - hour.startedAt < hourMs) {
      if (hour.sentCount >= maxPerHour) {
        hour.unsentCount++;
        return null;
      }
      hour.sentCount++;
      return 0;
    }
    if (hour === undefined && !this.#hasRoom(now)) return null;
    this.#hours.set(kind, { startedAt: now, sentCount: 1, unsentCount: 0 });
    return hour?.unsentCount ?? 0;
  }

  #hasRoom(now: number): boolean {
    if (this.#hours.size < maxKinds) return true;
    for (const [kind, { startedAt }] of this.#hours)
      if (now - startedAt >= hourMs) this.#hours.delete(kind);
    return this.#hours.size < maxKinds;
  }
}
