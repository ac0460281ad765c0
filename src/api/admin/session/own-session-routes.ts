import Router from '@koa/router';
import { listSessionsOf } from '../../../db/admins/admin-sessions.ts';
import { endOtherSessions, endOwnSession, signOutEverywhere } from '../../../db/admins/sign-out.ts';
import { notFound } from '../../../domain/errors.ts';
import type { ApiState } from '../../context.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { pathId } from '../path-id.ts';
import { readBrowserHash, writeBrowserToken, writeSessionToken } from './cookie.ts';
import { presentOwnSession } from './own-session-presenter.ts';
import { sessionOf } from './session-of.ts';

const base = '/api/admin/sessions';

/** One's own sessions. Nobody sees or ends the sessions of others here. */
export function ownSessionRoutes({ database, allow }: AdminDependencies): Router<ApiState> {
  const router = new Router<ApiState>();

  router.get(base, allow('viewer', { holds: 'nothing' }), async (ctx) => {
    const current = sessionOf(ctx);
    const sessions = await listSessionsOf(database, current.userId);
    ctx.body = sessions.map((session) => presentOwnSession(session, current.id));
  });

  router.delete(base, allow('viewer'), async (ctx) => {
    await signOutEverywhere(database, ctx.state.actor, sessionOf(ctx).userId);
    writeSessionToken(ctx, null);
    writeBrowserToken(ctx, null);
    ctx.status = 204;
  });

  router.delete(`${base}/others`, allow('viewer'), async (ctx) => {
    const current = { ...sessionOf(ctx), browserHash: readBrowserHash(ctx) };
    await endOtherSessions(database, ctx.state.actor, current);
    ctx.status = 204;
  });

  router.delete(`${base}/:id`, allow('viewer'), async (ctx) => {
    const { userId, id: currentId } = sessionOf(ctx);
    const id = pathId(ctx.params.id);
    const isEnded =
      id !== null &&
      (await endOwnSession(database, ctx.state.actor, { userId, id }, (session) =>
        presentOwnSession(session, currentId),
      ));
    if (!isEnded) throw notFound('session');
    if (id === currentId) writeSessionToken(ctx, null);
    ctx.status = 204;
  });

  return router;
}
