import type { Middleware } from 'koa';
import { koaBody } from 'koa-body';
import { ApiError } from '../../domain/errors.ts';
import type { ApiState } from '../context.ts';
import { parseJson } from '../json/parse-json.ts';
import { decodeUtf8 } from '../transactions/read-body.ts';
import { receiveBody } from './receive-body.ts';

/** Ten times the size of a category, pattern or key with texts of full length and every character escaped. */
const defaultMaxBytes = 64 * 1024;

/** The limit without a session: enough for an address, a code, and a password of full length, all of it escaped. */
export const maxUnauthenticatedBytes = 8 * 1024;

/**
 * Puts the body's JSON into `ctx.request.body`. koa-body reads the bytes. Its parser is not used, since that one
 * replaces bytes that are not UTF-8, and quotes the body in its errors.
 */
export function jsonBody({ maxBytes = defaultMaxBytes } = {}): Middleware<ApiState> {
  const types = ['application/json'];
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
  return receiveBody(types, maxBytes, async (ctx) => {
    await read(ctx, async () => {});
    const bytes = Buffer.from((ctx.request.body as string | undefined) ?? '', 'binary');
    ctx.request.body = parseJson(decodeUtf8(bytes)) as typeof ctx.request.body;
  });
}

/** The same for a request that may have no body, which counts as an empty object. */
export function optionalJsonBody(): Middleware<ApiState> {
  const read = jsonBody();
  return async (ctx, next) => {
    const { headers } = ctx.req;
    const isEmpty =
      headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
    if (!isEmpty) return read(ctx, next);
    ctx.request.body = {};
    await next();
  };
}
