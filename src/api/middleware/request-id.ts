import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';
import type { ApiState } from '../context.ts';

/** Visible ASCII without quotes: safe to put into a header and a log line as it came. */
const sane = /^[\w.:/+=@-]{1,128}$/;

/**
 * Every response carries X-Request-Id: the client's own where it is sane, otherwise a new one. Other systems get to know
 * a UUID alone (sendableRequestId).
 */
export const requestId: Middleware<ApiState> = (ctx, next) => {
  const given = ctx.get('X-Request-Id');
  const id = sane.test(given) ? given : randomUUID();
  ctx.state.requestId = id;
  ctx.set('X-Request-Id', id);
  return next();
};
