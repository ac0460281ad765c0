import type { Middleware } from 'koa';

/**
 * Reads what is left of a body once its request is answered: the next request of the connection stands behind it, and
 * Node.js leaves a body that was read in part to whoever reads it.
 */
export const drainBody: Middleware = (ctx, next) => {
  ctx.res.once('finish', () => ctx.req.resume());
  return next();
};
