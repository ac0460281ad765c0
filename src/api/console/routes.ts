import path from 'node:path';
import Router from '@koa/router';
import { ApiError, notFound } from '../../domain/errors.ts';
import type { ApiContext, ApiState } from '../context.ts';
import { addErrorReports, type ConsoleErrorReports } from './add-error-reports.ts';
import { readBuiltFile } from './read-built-file.ts';

const built = path.resolve(import.meta.dirname, '../../../dist/admin-ui');

/** Their names carry a hash of their content: a name never gets another content. */
const immutable = 'public, max-age=31536000, immutable';
/** Asked for anew each time, and sent only when it has changed. */
const revalidated = 'no-cache';

/**
 * The console as `npm run build` made it. Its pages have addresses of their own, which all are the same
 * document; what looks like a file and is none is a 404, so that no script is ever answered with HTML.
 */
export function consoleRoutes(
  errorReports: ConsoleErrorReports | null,
  root: string = built,
): Router<ApiState> {
  const router = new Router<ApiState>();

  router.get('/admin/assets/:name', async (ctx) => {
    if (!(await send(ctx, `assets/${ctx.params.name}`, immutable))) throw notFound('file');
  });

  router.get('/admin{/*place}', async (ctx) => {
    const place = ctx.params.place ?? '';
    if (place !== 'index.html' && /^[^/]+\.[a-z0-9]+$/.test(place)) {
      if (!(await send(ctx, place, revalidated))) throw notFound('file');
      return;
    }
    if (!(await send(ctx, 'index.html', revalidated)))
      throw new ApiError('not_found', 'The console is not built. Run `npm run build`.');
  });

  async function send(ctx: ApiContext, name: string, cacheControl: string): Promise<boolean> {
    const takesGzip = ctx.acceptsEncodings('gzip', 'identity') === 'gzip';
    const read = await readBuiltFile(root, name, takesGzip);
    if (read === null) return false;
    const file =
      name === 'index.html' && errorReports !== null ? addErrorReports(read, errorReports) : read;
    ctx.set('Cache-Control', cacheControl);
    ctx.set('ETag', file.etag);
    ctx.vary('Accept-Encoding');
    if (file.isGzip) ctx.set('Content-Encoding', 'gzip');
    ctx.type = path.extname(name);
    ctx.status = 200;
    if (ctx.fresh) {
      ctx.status = 304;
      return true;
    }
    ctx.body = file.bytes;
    return true;
  }

  return router;
}
