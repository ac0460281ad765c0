import { Readable } from 'node:stream';
import type { ApiContext } from './context.ts';

/** How often the database is asked about credentials that hold something open: with the query itself, that ends within two seconds. */
const lookMs = 1_000;
/** How long an answer may take to say why it ends; then the connection is closed. */
const farewellMs = 200;

/** Returns those of the ids whose credentials are good at this moment. */
export type FindGood = (ids: readonly number[]) => Promise<readonly number[]>;

/**
 * Tells whoever holds something open for an API key, or for a session, that it is no longer good, be it
 * revoked, expired or signed out, by whatever process. One query a second asks for all of them together, and
 * none while nothing is open.
 */
export class CredentialWatch {
  readonly #findGood: FindGood;
  readonly #listeners = new Map<number, Set<() => void>>();
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;

  constructor(findGood: FindGood) {
    this.#findGood = findGood;
  }

  /** Calls the listener once the credential is no longer good, unless what this returns is called before. */
  add(id: number, listener: () => void): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    this.#timer ??= setInterval(() => void this.#look(), lookMs).unref();
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.#listeners.get(id) !== listeners) return;
      this.#listeners.delete(id);
      this.#rest();
    };
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const ids = [...this.#listeners.keys()];
    try {
      const good = new Set(await this.#findGood(ids));
      for (const id of ids) if (!good.has(id)) this.#end(id);
    } catch {
      // A database that is away for a moment is no reason to send anyone off.
    } finally {
      this.#isLooking = false;
    }
    this.#rest();
  }

  #end(id: number): void {
    const listeners = this.#listeners.get(id) ?? [];
    this.#listeners.delete(id);
    for (const listener of listeners) listener();
  }

  #rest(): void {
    if (this.#listeners.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** Ends an answer that is a stream once the credential that asked for it is no longer good. */
export function endWithCredential(ctx: ApiContext, watch: CredentialWatch, id: number): void {
  // A client that has left already emits no further "close".
  if (!(ctx.body instanceof Readable) || ctx.res.destroyed) return;
  // The answer is cut before its last chunk, so that nobody takes it for complete.
  const cut = () => void setTimeout(() => ctx.res.destroy(), farewellMs).unref();
  ctx.res.once('close', watch.add(id, cut));
}
