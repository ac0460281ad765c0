import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type { ApiState } from '../context.ts';
import { parseJson } from '../parse-json.ts';
import { textBody } from './text-body.ts';

/** One category, pattern or key with texts of full length, every character escaped, takes a tenth of this. */
const defaultMaxBytes = 64 * 1024;

/** Of what anyone may send who has not signed in: an address, a password of full length, all of it escaped, and a code. */
export const maxBytesOfStrangers = 8 * 1024;

/** Puts the body's JSON into `ctx.request.body`. */
export function jsonBody({ maxBytes = defaultMaxBytes } = {}): Middleware<ApiState> {
  return compose([
    textBody(['application/json'], maxBytes),
    async (ctx, next) => {
      ctx.request.body = parseJson(ctx.request.body as string) as typeof ctx.request.body;
      await next();
    },
  ]);
}

/** The same for a request that may come without a body, which then is an empty object. */
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
