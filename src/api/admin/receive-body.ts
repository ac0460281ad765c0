import type { Middleware } from 'koa';
import { ApiError } from '../../domain/errors.ts';
import type { ApiContext, ApiState } from '../context.ts';

/** The time limit for a body, to which its size adds. Without it, anyone could keep connections busy. */
const graceMs = 10_000;
const leastBytesPerSecond = 64 * 1024;
const retryAfterSeconds = 5;

/**
 * Reads a body that has one of the media types, is not compressed, keeps to the limit, and arrives in time.
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
    // koa-body would decompress the body. Once the body exceeds the limit, it leaves the decompressor without an error
    // listener, and the next error would end the process.
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

/** Throws ApiError `request_timeout` when the body takes too long. The answer then closes the connection. */
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
    // The reader fails when the connection is closed, and nobody waits for it any more.
    read.catch(() => {});
  }
}
