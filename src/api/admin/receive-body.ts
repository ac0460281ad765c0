import type { Middleware } from 'koa';
import { ApiError } from '../../domain/errors.ts';
import type { ApiContext, ApiState } from '../context.ts';

/** Whoever may not even sign in must not keep a connection busy: a body has so long to come, and more for its size. */
const graceMs = 10_000;
const leastBytesPerSecond = 64 * 1024;
const retryAfterSeconds = 5;

/**
 * Reads a body that must be of one of the media types, not compressed, within the limit, and come in time.
 */
export function receiveBody(
  types: string[],
  maxBytes: number,
  read: (ctx: ApiContext) => Promise<void>,
): Middleware<ApiState> {
  const maxMs = graceMs + (1_000 * maxBytes) / leastBytesPerSecond;
  return async (ctx, next) => {
    // Null means that there is no body at all, which is an empty text of any type.
    if (ctx.is(types) === false)
      throw new ApiError('unsupported_media_type', `Send ${types.join(' or ')}.`);
    // koa-body would decompress it, and leaves the decompressor without anyone who hears its errors once the body is
    // beyond the limit: the next one would end the process.
    if (!['', 'identity'].includes(ctx.get('content-encoding'))) {
      throw new ApiError(
        'unsupported_media_type',
        'Send the body uncompressed, without Content-Encoding.',
      );
    }
    await withDeadline(maxMs, read(ctx));
    await next();
  };
}

/** Throws ApiError `request_timeout` where the body takes longer; the answer then closes the connection. */
async function withDeadline(maxMs: number, read: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const seconds = Math.round(maxMs / 1_000);
    late.reject(
      new ApiError('request_timeout', `The body did not arrive within ${seconds} seconds.`, {
        retryAfterSeconds,
      }),
    );
  }, maxMs);
  try {
    await Promise.race([read, late.promise]);
  } finally {
    clearTimeout(timer);
    // It ends, with nobody to hear of it, when the connection is closed.
    read.catch(() => {});
  }
}
