import type { SharedCounts } from '../../cache/shared-counts.ts';
import type { Config } from '../../config.ts';
import type { ApiContext } from '../context.ts';
import { RateLimit } from './rate-limit.ts';

/**
 * Limits the rows and bytes that one API key may send in a minute. They are counted while they are read, so that
 * what is beyond a limit is refused before it is stored.
 */
export class IngestLimits {
  readonly #rows: RateLimit;
  readonly #bytes: RateLimit;

  constructor(
    config: Pick<Config, 'RATE_LIMIT_ROWS_PER_MINUTE' | 'RATE_LIMIT_BYTES_PER_MINUTE'>,
    counts: SharedCounts,
  ) {
    this.#rows = new RateLimit('per-key-rows', config.RATE_LIMIT_ROWS_PER_MINUTE, counts);
    this.#bytes = new RateLimit('per-key-bytes', config.RATE_LIMIT_BYTES_PER_MINUTE, counts);
  }

  /** Throws ApiError `rate_limited`. */
  countRows(key: string, count: number): void {
    this.#rows.count(key, count);
  }

  /** Counts the rows of each part before it is passed on. Throws ApiError `rate_limited`. */
  async *countParts<Row>(key: string, parts: AsyncIterable<Row[]>): AsyncGenerator<Row[]> {
    for await (const part of parts) {
      this.countRows(key, part.length);
      yield part;
    }
  }

  /** Counts the bytes of a decompressed body before they are passed on. Throws ApiError `rate_limited`. */
  async *countBytes(key: string, bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      this.#bytes.count(key, chunk.length);
      yield chunk;
    }
  }

  /** Announces both limits to the client. */
  announce(ctx: ApiContext, key: string): void {
    this.#rows.announce(ctx, key);
    this.#bytes.announce(ctx, key);
  }
}
