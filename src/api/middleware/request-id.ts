import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';
import type { ApiState } from '../context.ts';

/** Visible ASCII without quotes: safe to put into a header and a log line as it came. */
const sane = /^[\w.:/+=@-]{1,128}$/;

/** Every response carries X-Request-Id: the client's own where it is sane, otherwise a new one. */
export const requestId: Middleware<ApiState> = async (ctx, next) => {
  const given = ctx.get('x-request-id');
  ctx.state.requestId = sane.test(given) ? given : randomUUID();
  ctx.set('X-Request-Id', ctx.state.requestId);
  await next();
};
