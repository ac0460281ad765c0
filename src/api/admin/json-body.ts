import type { Middleware } from 'koa';
import { koaBody } from 'koa-body';
import compose from 'koa-compose';
import { ApiError } from '../../domain/errors.ts';
import type { ApiState } from '../context.ts';
import { parseJson } from '../parse-json.ts';
import { decodeUtf8 } from '../transactions/read-body.ts';

/** One category, pattern or key with texts of full length, every character escaped, takes a tenth of this. */
const defaultMaxBytes = 64 * 1024;

/**
 * Puts the body's JSON into `ctx.request.body`. koa-body reads it as bytes, within the limit; decoding
 * and parsing is ours, since its own parser turns bytes that are no UTF-8 into replacement characters.
 */
export function jsonBody(maxBytes: number = defaultMaxBytes): Middleware<ApiState> {
  const read = koaBody({
    json: false,
    urlencoded: false,
    multipart: false,
    text: true,
    textTypes: ['application/json'],
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
      // Null means that there is no body at all, which is no JSON either.
      if (ctx.is('application/json') === false)
        throw new ApiError('unsupported_media_type', 'Send application/json.');
      await next();
    },
    read,
    async (ctx, next) => {
      const bytes = Buffer.from((ctx.request.body as string | undefined) ?? '', 'binary');
      ctx.request.body = parseJson(decodeUtf8(bytes)) as typeof ctx.request.body;
      await next();
    },
  ]);
}
