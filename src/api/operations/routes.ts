import Router from '@koa/router';
import type { ApiDependencies, ApiState } from '../context.ts';
import { openApiDocument } from '../openapi.ts';
import { createReadiness } from './readiness.ts';

/** For those who run the service: open to anyone who reaches the port. */
export function operationRoutes(dependencies: ApiDependencies): Router<ApiState> {
  const askReadiness = createReadiness(dependencies);
  const router = new Router<ApiState>();

  router.get('/healthz', (ctx) => {
    ctx.body = { status: 'ok' };
  });

  router.get('/readyz', async (ctx) => {
    const readiness = await askReadiness();
    const isUnready = readiness.status === 'unready';
    ctx.status = isUnready ? 503 : 200;
    if (isUnready) ctx.set('Retry-After', '5');
    ctx.body = readiness;
  });

  // Written once: it is large, and open to all.
  const openApiText = JSON.stringify(openApiDocument);
  router.get('/openapi.json', (ctx) => {
    ctx.type = 'json';
    ctx.body = openApiText;
  });

  return router;
}
