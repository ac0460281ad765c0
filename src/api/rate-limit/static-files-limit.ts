import type { Middleware } from 'koa';
import type { SharedCounts } from '../../cache/shared-counts.ts';
import type { ApiState } from '../context.ts';
import { clientNetwork } from './client-network.ts';
import { RateLimit } from './rate-limit.ts';

/**
 * A browser asks for some thirty files to show the console for the first time, and for one or two afterwards. So
 * two hundred people behind one address may open it within a minute.
 */
const perMinute = 6_000;

/** The documentation and the console, which are open to all; like the router, in letters of either case. */
const paths = /^\/(docs|admin|openapi\.json)(\/|$)/i;

/**
 * Limits what a network address may ask for without credentials. Health and readiness have no limit: a load
 * balancer must never be refused, and what they answer is at hand.
 */
export function staticFilesLimit(counts: SharedCounts): Middleware<ApiState> {
  const limit = new RateLimit('per-address-files', perMinute, counts);
  return (ctx, next) => {
    if (paths.test(ctx.path)) limit.spend(ctx, clientNetwork(ctx.ip));
    return next();
  };
}
