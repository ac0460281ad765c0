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
 */
export const securityHeaders: Middleware = compose([
  permissionsPolicy,
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
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
