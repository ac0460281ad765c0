import { ApiError } from '../../domain/errors.ts';
import type { CredentialWatch } from '../credential-watch.ts';

/** A body that arrives, until it is disposed of. It ends with an error as soon as its API key is no longer good. */
export class WatchedUpload implements Disposable {
  readonly #stopWatching: () => void;
  #error: ApiError | null = null;
  #interrupt: (error: ApiError) => void = () => {};

  constructor(watch: CredentialWatch, apiKeyId: number) {
    this.#stopWatching = watch.add(apiKeyId, () => {
      this.#error = new ApiError(
        'unauthenticated',
        'The API key was revoked or has expired. Nothing was stored.',
      );
      this.#interrupt(this.#error);
    });
  }

  /** Throws ApiError `unauthenticated` when the key has ended, for instance while the body waited for its turn. */
  check(): void {
    if (this.#error !== null) throw this.#error;
  }

  /** Passes on the bytes. Throws the same error at once when the key ends, even while the client is silent. */
  async *read(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const iterator = bytes[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.#next(iterator);
        this.check();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      // It is not awaited, since a client that has fallen silent would not let it end.
      void iterator.return?.()?.catch(() => {});
    }
  }

  [Symbol.dispose](): void {
    this.#stopWatching();
  }

  /** Makes a new promise each time: one that lasts as long as the body would hold on to every chunk that was raced against it. */
  #next(iterator: AsyncIterator<Buffer>): Promise<IteratorResult<Buffer>> {
    return new Promise((resolve, reject) => {
      this.check();
      this.#interrupt = reject;
      iterator.next().then(resolve, reject);
    });
  }
}
