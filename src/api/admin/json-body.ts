import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type { ApiState } from '../context.ts';
import { parseJson } from '../parse-json.ts';
import { textBody } from './text-body.ts';

/** One category, pattern or key with texts of full length, every character escaped, takes a tenth of this. */
const defaultMaxBytes = 64 * 1024;

/** Of what anyone may send who has not signed in: an address, a password of full length, all of it escaped, and a code. */
export const maxBytesOfStrangers = 8 * 1024;

/** Puts the body's JSON into `ctx.request.body`; an empty object where no body was sent, if that `isOptional`. */
export function jsonBody({
  isOptional = false,
  maxBytes = defaultMaxBytes,
} = {}): Middleware<ApiState> {
  return compose([
    textBody(['application/json'], maxBytes),
    async (ctx, next) => {
      const text = ctx.request.body as string;
      ctx.request.body = isOptional && text === '' ? {} : parseJson(text);
      await next();
    },
  ]);
}
