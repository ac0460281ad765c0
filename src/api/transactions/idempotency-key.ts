import { createHash } from 'node:crypto';
import type { IdempotencyKey } from '../../db/batches/store-batch.ts';
import { ApiError } from '../../domain/errors.ts';
import { maxIdCharacters } from '../../domain/limits.ts';
import type { ApiContext } from '../context.ts';

/** The request's idempotency key, or null where it has none. */
export function readIdempotencyKey(ctx: ApiContext): IdempotencyKey | null {
  const key = ctx.get('idempotency-key');
  if (key === '') return null;
  if (key.length > maxIdCharacters) {
    throw new ApiError(
      'invalid_request',
      `The Idempotency-Key must have at most ${maxIdCharacters} characters.`,
    );
  }
  return { lineageId: ctx.state.principal.lineageId, key };
}

export interface HashedBody {
  bytes: AsyncIterable<Buffer>;
  /** The hash of the request as far as it was read. */
  digest: () => Buffer;
}

/**
 * Hashes the body while it is read: only an idempotency key needs to know whether two requests are the same.
 * `prefix` stands for other parts of the request, such as its query.
 */
export function hashedBody(
  idempotencyKey: IdempotencyKey | null,
  bytes: AsyncIterable<Buffer>,
  prefix = '',
): HashedBody {
  const hash = createHash('sha256').update(prefix);
  async function* hashing(): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      hash.update(chunk);
      yield chunk;
    }
  }
  return {
    bytes: idempotencyKey === null ? bytes : hashing(),
    digest: () => hash.digest(),
  };
}
