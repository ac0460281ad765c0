import { LRUCache } from 'lru-cache';

const quietMs = 60_000;
const maxSubjects = 10_000;

/** Says when to warn of a subject again, once a minute at most: what is tried until it works must not fill the log. */
export class RareWarnings {
  readonly #told = new LRUCache<string, true>({ max: maxSubjects, ttl: quietMs });

  isDue(subject: string): boolean {
    if (this.#told.has(subject)) return false;
    this.#told.set(subject, true);
    return true;
  }
}
