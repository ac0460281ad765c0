import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type { ApiState } from '../context.ts';
import { parseJson } from '../parse-json.ts';
import { textBody } from './text-body.ts';

/** One category, pattern or key with texts of full length, every character escaped, takes a tenth of this. */
const maxBytes = 64 * 1024;

/** Puts the body's JSON into `ctx.request.body`; an empty object where no body was sent, if that `isOptional`. */
export function jsonBody({ isOptional = false } = {}): Middleware<ApiState> {
  return compose([
    textBody(['application/json'], maxBytes),
    async (ctx, next) => {
      const text = ctx.request.body as unknown as string;
      const json = isOptional && text === '' ? {} : parseJson(text);
      ctx.request.body = json as typeof ctx.request.body;
      await next();
    },
  ]);
}
