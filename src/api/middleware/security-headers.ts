import type { Middleware } from 'koa';
import compose from 'koa-compose';
import helmet from 'koa-helmet';

/** Features of browsers that neither the console nor the documentation uses. */
const permissions =
  'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()';

const permissionsPolicy: Middleware = (ctx, next) => {
  ctx.set('Permissions-Policy', permissions);
  return next();
};

/**
 * Allows pages to load from this origin only, and to run no inline script. Swagger UI and the console set
 * styles from script, which needs 'unsafe-inline'.
 *
 * @param errorsOrigin the only other origin that pages may send to: it takes the console's errors
 */
export const securityHeaders = (errorsOrigin: string | null): Middleware =>
  compose([
    permissionsPolicy,
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          ...(errorsOrigin !== null && { connectSrc: ["'self'", errorsOrigin] }),
          styleSrc: ["'self'", "'unsafe-inline'"],
          imgSrc: ["'self'", 'data:'],
          objectSrc: ["'none'"],
          baseUri: ["'none'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
        },
      },
    }),
  ]);
