import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import Router from '@koa/router';
import { ApiError, notFound } from '../../domain/errors.ts';
import type { ApiState } from '../context.ts';

const root = path.resolve(import.meta.dirname, '../../../dist/admin-ui');

/** Names of files that the build has made; nothing that leads out of their folder. */
const assetName = /^[\w-]+(?:\.[\w-]+)*\.\w+$/;

/** The console as `npm run build` has made it: one page, and assets whose names change with their content. */
export function consoleRoutes(): Router<ApiState> {
  const router = new Router<ApiState>();

  router.get('/admin/assets/:name', async (ctx) => {
    const name = ctx.params.name as string;
    const file = path.join(root, 'assets', name);
    if (!assetName.test(name) || !(await exists(file))) throw notFound('file');
    ctx.type = path.extname(name);
    ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
    ctx.vary('Accept-Encoding');
    const isCompressed =
      ctx.acceptsEncodings('gzip', 'identity') === 'gzip' && (await exists(`${file}.gz`));
    if (isCompressed) ctx.set('Content-Encoding', 'gzip');
    ctx.body = createReadStream(isCompressed ? `${file}.gz` : file);
  });

  /** Every path of the console is the same page, which then shows what the path says. */
  router.get(['/admin', '/admin/*path'], async (ctx) => {
    ctx.type = 'html';
    ctx.set('Cache-Control', 'no-cache');
    ctx.body = await readFile(path.join(root, 'index.html')).catch((cause: unknown) => {
      throw new ApiError('not_found', 'The console was not built; run "npm run build".', { cause });
    });
  });

  return router;
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
