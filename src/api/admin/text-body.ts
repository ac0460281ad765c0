import type { Middleware } from 'koa';
import { koaBody } from 'koa-body';
import compose from 'koa-compose';
import { ApiError } from '../../domain/errors.ts';
import type { ApiState } from '../context.ts';
import { decodeUtf8 } from '../transactions/read-body.ts';

/**
 * Puts the body's text into `ctx.request.body`; it must be of one of the media types. koa-body reads
 * it as bytes, within the limit; decoding is ours, since its own parser turns bytes that are no UTF-8
 * into replacement characters.
 */
export function textBody(types: string[], maxBytes: number): Middleware<ApiState> {
  const read = koaBody({
    json: false,
    urlencoded: false,
    multipart: false,
    text: true,
    textTypes: types,
    textLimit: maxBytes,
    encoding: 'binary',
    onError: (error) => {
      if ('status' in error && error.status === 413) {
        throw new ApiError('payload_too_large', `The body must have at most ${maxBytes} bytes.`, {
          cause: error,
        });
      }
      throw error;
    },
  });
  return compose([
    async (ctx, next) => {
      // Null means that there is no body at all, which is an empty text of any type.
      if (ctx.is(types) === false)
        throw new ApiError('unsupported_media_type', `Send ${types.join(' or ')}.`);
      await next();
    },
    read,
    async (ctx, next) => {
      const bytes = Buffer.from((ctx.request.body as string | undefined) ?? '', 'binary');
      ctx.request.body = decodeUtf8(bytes) as typeof ctx.request.body;
      await next();
    },
  ]);
}
