import type { Context, Middleware } from 'koa';
import helmet from 'koa-helmet';
import { FirstHeaders } from '../lean-response.ts';

/** What neither console nor documentation uses. */
const permissions =
  'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()';

/** Nothing but this origin, and no inline script. Swagger UI and the console set styles from script, hence 'unsafe-inline' there. */
const setHeaders = helmet({
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

/** The headers are the same for every answer, so helmet is asked for them once, which it answers before it returns. To be used first. */
export function securityHeaders(): Middleware {
  const headers = new Map<string, string>([['Permissions-Policy', permissions]]);
  void setHeaders(
    {
      req: {},
      res: {
        setHeader: (name: string, value: string) => headers.set(name, value),
        removeHeader() {},
      },
    } as unknown as Context,
    async () => {},
  );
  const first = new FirstHeaders(headers);
  return (ctx, next) => {
    ctx.res.setHeaders(first);
    return next();
  };
}
