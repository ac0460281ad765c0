import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import type { ApiState } from '../context.ts';

/** One line a request. The query string stays out: it may hold what a client considers private. */
export function accessLog(logger: Logger): Middleware<ApiState> {
  return async (ctx, next) => {
    const startedAt = performance.now();
    await next();
    const line = {
      requestId: ctx.state.requestId,
      method: ctx.method,
      route: ctx.routerPath ?? ctx._matchedRoute ?? ctx.path,
      status: ctx.status,
      durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
      apiKeyId: ctx.state.principal?.apiKeyId,
    };
    if (ctx.status >= 500) logger.warn(line, 'request');
    else logger.debug(line, 'request');
  };
}
