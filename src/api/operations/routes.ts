import Router from '@koa/router';
import type { ApiDependencies, ApiState } from '../context.ts';
import { openApiDocument } from '../openapi.ts';
import type { Readiness } from './schema.ts';

/** A database that takes longer than this to say anything counts as away. */
const databaseTimeoutMs = 2_000;

/** For those who run the service: open to anyone who reaches the port. */
export function operationRoutes(dependencies: ApiDependencies): Router<ApiState> {
  const { database, cache, temporal } = dependencies;
  const router = new Router<ApiState>();

  router.get('/healthz', (ctx) => {
    ctx.body = { status: 'ok' };
  });

  router.get('/readyz', async (ctx) => {
    const [isDatabaseUp, isTemporalUp, cacheStatus] = await Promise.all([
      database
        .raw('SELECT 1')
        .timeout(databaseTimeoutMs)
        .then(
          () => true,
          () => false,
        ),
      temporal.isUp(),
      cache.status(),
    ]);
    const isWhole = isTemporalUp && cacheStatus !== 'away';
    const readiness: Readiness = {
      status: isDatabaseUp ? (isWhole ? 'ready' : 'degraded') : 'unready',
      database: isDatabaseUp ? 'up' : 'away',
      temporal: isTemporalUp ? 'up' : 'away',
      cache: cacheStatus,
    };
    ctx.status = isDatabaseUp ? 200 : 503;
    if (!isDatabaseUp) ctx.set('Retry-After', '5');
    ctx.body = readiness;
  });

  router.get('/openapi.json', (ctx) => {
    ctx.body = openApiDocument;
  });

  return router;
}
