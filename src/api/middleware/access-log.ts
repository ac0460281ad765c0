import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import { Histogram } from 'prom-client';
import type { ApiContext, ApiState } from '../context.ts';
import { clientNetwork } from '../rate-limit/client-network.ts';
import { LimitedLines, type LineKind } from './limited-lines.ts';

const requestSeconds = new Histogram({
  name: 'tallyflow_http_request_seconds',
  help: 'Time to answer, by route, method and status.',
  labelNames: ['route', 'method', 'status'] as const,
  buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});

/** Twice the time in which a small batch has to be answered. A client that sends slowly is not waited for in it. */
const slowRequestMs = 2_000;
/** Lines of a minute for one client and code. Its operator needs one, and a few show whether they are alike. */
const maxRefusals = 3;
/** Lines of a minute for one code and route. Clients quote the ids of such requests, so most of them are there. */
const maxFailures = 20;
/** Of all that clients may invent, these have their own series. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Logs and measures each request, by the route's pattern. Paths and query strings stay out: they hold
 * ids of accounts. A success is for whoever debugs. What an operator should see is limited by the minute, and so is
 * what a client can have written.
 */
export function accessLog(logger: Logger, drained: AbortSignal): Middleware<ApiState> {
  const lines = new LimitedLines(logger);
  drained.addEventListener('abort', () => lines.sumUp());
  return async (ctx, next) => {
    const startedAt = performance.now();
    await next();
    const seconds = (performance.now() - startedAt) / 1000;
    const route = String(ctx._matchedRoute ?? 'none');
    const { method, status } = ctx;
    requestSeconds.observe(
      { route, method: methods.has(method) ? method : 'other', status },
      seconds,
    );
    const line = {
      requestId: ctx.state.requestId,
      apiKeyId: ctx.state.principal?.apiKeyId,
      userId: ctx.state.session?.userId,
      batch_id: ctx.state.batchId,
      method,
      route,
      status,
      durationMs: Math.round(seconds * 1000),
    };
    const code = ctx.state.problem?.code ?? null;
    // The client has left in the middle of its request, so that the status means nothing.
    if (ctx.req.errored !== null) {
      const { status: _, ...left } = line;
      lines.write(...ofClient(ctx, 'left'), left, 'the client left before its request was whole');
    } else if (status >= 500) {
      const err = ctx.state.problem?.thrown;
      lines.write(...ofRoute(route, code, status), { ...line, code, err }, 'request failed');
    } else if (status >= 400) {
      // With the address, so that an operator sees who is refused.
      const address = status === 401 || status === 403 ? ctx.ip : undefined;
      lines.write(...ofClient(ctx, code ?? String(status)), { ...line, code, address }, 'refused');
    } else if (line.durationMs - (ctx.state.ingest?.waitedMs() ?? 0) > slowRequestMs)
      lines.write(...ofClient(ctx, 'slow'), line, 'slow request');
    else logger.debug(line, 'request');
  };
}

/** What one client does is one kind of lines for each code. */
function ofClient(ctx: ApiContext, code: string): [LineKind, overflow: LineKind] {
  const apiKeyId = ctx.state.principal?.apiKeyId;
  const userId = ctx.state.session?.userId;
  const client =
    apiKeyId !== undefined
      ? { apiKeyId }
      : userId !== undefined
        ? { userId }
        : { network: clientNetwork(ctx.ip) };
  const kind = { level: 'info', maxLines: maxRefusals } as const;
  return [
    { ...kind, key: `${code} ${JSON.stringify(client)}`, common: { code, ...client } },
    { ...kind, key: code, common: { code } },
  ];
}

/** What fails on our side is one kind for each route, whoever asks. It recovers by itself, but for an unexpected error. */
function ofRoute(
  route: string,
  code: string | null,
  status: number,
): [LineKind, overflow: LineKind] {
  const kind = {
    level: code === 'internal_error' ? 'error' : 'warn',
    maxLines: maxFailures,
  } as const;
  const name = code ?? String(status);
  return [
    { ...kind, key: `${name} ${route}`, common: { code: name, route } },
    { ...kind, key: name, common: { code: name } },
  ];
}
