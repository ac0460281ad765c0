import type { Middleware } from 'koa';
import { ApiError } from '../../domain/errors.ts';
import { Pace } from '../admission/pace.ts';
import type { ApiState } from '../context.ts';
import { decodeUtf8, readBytes } from '../transactions/read-body.ts';

declare module 'koa' {
  interface Request {
    /** What a body was read as. */
    body?: unknown;
  }
}

/** Bytes a second: a modem sends seven times as much. Nobody waits for the place of a body that is as small. */
const pace = { perSecond: 1024, perSecondWhenOthersWait: 1024 };

/**
 * Puts the body's text into `ctx.request.body`; it must be of one of the media types, within the limit, and
 * come fast enough: whoever may not sign in at all may not keep a connection busy either.
 */
export function textBody(types: string[], maxBytes: number): Middleware<ApiState> {
  return async (ctx, next) => {
    // Null means that there is no body at all, which is an empty text of any type.
    if (ctx.is(types) === false)
      throw new ApiError('unsupported_media_type', `Send ${types.join(' or ')}.`);
    const sent = new Pace(pace);
    const chunks: Buffer[] = [];
    for await (const chunk of sent.listen(readBytes(ctx, maxBytes))) {
      sent.count(chunk.length);
      chunks.push(chunk);
    }
    ctx.request.body = decodeUtf8(Buffer.concat(chunks));
    const { slots } = ctx.state as ApiState;
    await (slots === undefined ? next() : slots.middleware(ctx, next));
  };
}
