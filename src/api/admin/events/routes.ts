import Router from '@koa/router';
import type { ApiState } from '../../context.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { changeEvents } from './change-events.ts';

/** Live notifications of changes. */
export function eventRoutes(admin: AdminDependencies): Router<ApiState> {
  const router = new Router<ApiState>();
  const events = changeEvents(admin);

  router.get('/api/admin/events', admin.allow('viewer', { holds: 'nothing' }), (ctx) =>
    events.stream(ctx),
  );

  return router;
}
