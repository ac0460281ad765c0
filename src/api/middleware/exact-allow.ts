import type { Middleware } from 'koa';
import type { ApiState } from '../context.ts';

/** A route whose path matches, whatever its method, as the router records it in the context. */
interface MatchedRoute {
  path: unknown;
  methods: string[];
}

/**
 * Where a path is a route of its own, such as `…/categories/export`, Allow names its methods alone, and not
 * those of a pattern that it would fit as well, such as `…/categories/:id`.
 */
export const exactAllow: Middleware<ApiState> = async (ctx, next) => {
  await next();
  if (!ctx.res.hasHeader('Allow')) return;
  const matched = (ctx.matched ?? []) as MatchedRoute[];
  const exact = matched.filter(({ path }) => !String(path).includes(':'));
  if (exact.length === 0) return;
  ctx.set('Allow', [...new Set(exact.flatMap(({ methods }) => methods))].join(', '));
};
