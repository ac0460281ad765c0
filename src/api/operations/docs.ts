import { fileURLToPath } from 'node:url';
import Router from '@koa/router';
import { notFound } from '../../domain/errors.ts';
import type { ApiState } from '../context.ts';
import { readSharedFile } from '../read-shared-file.ts';

/** Content types by name. */
const assets = new Map([
  ['swagger-ui.css', 'text/css'],
  ['swagger-ui-bundle.js', 'text/javascript'],
]);

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Tallyflow API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" href="data:,">
  </head>
  <body>
    <div id="docs"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

/** A file of its own, since the content security policy allows no inline script. */
const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, tryItOutEnabled: true });\n`;

/** The documentation for people: Swagger UI over /openapi.json, from this server alone. */
export function docsRoutes(): Router<ApiState> {
  const router = new Router<ApiState>();

  router.get('/docs', (ctx) => {
    ctx.type = 'text/html; charset=utf-8';
    ctx.body = html;
  });

  router.get('/docs/start.js', (ctx) => {
    ctx.type = 'text/javascript';
    ctx.body = start;
  });

  router.get('/docs/:asset', async (ctx) => {
    const name = ctx.params.asset as string;
    const type = assets.get(name);
    if (type === undefined) throw notFound('page');
    ctx.type = type;
    ctx.set('Cache-Control', 'public, max-age=3600');
    const file = await readSharedFile(
      fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`)),
    );
    if (file === null) throw notFound('page');
    ctx.body = file.bytes;
  });

  return router;
}
