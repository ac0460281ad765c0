import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import { Histogram } from 'prom-client';
import type { ApiState } from '../context.ts';

const requestSeconds = new Histogram({
  name: 'tallyflow_http_request_seconds',
  help: 'Time to answer, by route, method and status.',
  labelNames: ['route', 'method', 'status'] as const,
  buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});

/**
 * Logs and measures each request, by the route's pattern. Paths and query strings stay out: they hold
 * ids of accounts.
 */
export function accessLog(logger: Logger): Middleware<ApiState> {
  return async (ctx, next) => {
    const startedAt = performance.now();
    await next();
    const seconds = (performance.now() - startedAt) / 1000;
    const route = String(ctx._matchedRoute ?? 'none');
    const { method, status } = ctx;
    requestSeconds.observe({ route, method, status }, seconds);
    const line = {
      requestId: ctx.state.requestId,
      apiKeyId: ctx.state.principal?.apiKeyId,
      userId: ctx.state.session?.userId,
      method,
      route,
      status,
      durationMs: Math.round(seconds * 1000),
    };
    if (status >= 500) logger.warn(line, 'request');
    // Refusals are logged at the usual level with the address, so that an operator sees who is refused.
    else if (status === 401 || status === 403) logger.info({ ...line, address: ctx.ip }, 'refused');
    else logger.debug(line, 'request');
  };
}
