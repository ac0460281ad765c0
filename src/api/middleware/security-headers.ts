import type { Middleware } from 'koa';
import compose from 'koa-compose';
import helmet from 'koa-helmet';

/** What neither console nor documentation uses. */
const permissions =
  'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()';

/** Nothing but this origin, and no inline script. Swagger UI and the console set styles from script, hence 'unsafe-inline' there. */
export function securityHeaders(): Middleware {
  const byHelmet = helmet({
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
  });
  return compose([
    (ctx, next) => {
      ctx.set('Permissions-Policy', permissions);
      return next();
    },
    byHelmet,
  ]);
}
