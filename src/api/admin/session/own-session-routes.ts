import Router from '@koa/router';
import {
  deleteSessionsOf,
  endSessionOf,
  listSessionsOf,
} from '../../../db/admins/admin-sessions.ts';
import { forgetBrowsersOf } from '../../../db/admins/known-browsers.ts';
import { recordChange } from '../../../db/audit/record-change.ts';
import { notFound } from '../../../domain/errors.ts';
import type { ApiState } from '../../context.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { pathId } from '../path-id.ts';
import { hashToken, readBrowserToken, writeBrowserToken, writeSessionToken } from './cookie.ts';
import { presentOwnSession } from './own-session-presenter.ts';
import { sessionOf } from './session-of.ts';

const base = '/api/admin/sessions';

/** Where one is signed in oneself; nobody sees or ends the sessions of others here. */
export function ownSessionRoutes({ database, allow }: AdminDependencies): Router<ApiState> {
  const router = new Router<ApiState>();

  router.get(base, allow('viewer', { holds: 'nothing' }), async (ctx) => {
    const current = sessionOf(ctx);
    const sessions = await listSessionsOf(database, current.userId);
    ctx.body = sessions.map((session) => presentOwnSession(session, current.id));
  });

  /** Signs out everywhere, and knows no browser any more: one of them may be in other hands. */
  router.delete(base, allow('viewer'), async (ctx) => {
    const { userId } = sessionOf(ctx);
    await database.transaction(async (trx) => {
      await deleteSessionsOf(trx, userId);
      await forgetBrowsersOf(trx, userId);
      await recordChange(trx, ctx.state.actor, {
        action: 'sign_out',
        resource: 'users',
        resourceId: userId,
      });
    });
    writeSessionToken(ctx, null);
    writeBrowserToken(ctx, null);
    ctx.status = 204;
  });

  router.delete(`${base}/others`, allow('viewer'), async (ctx) => {
    const { userId, tokenHash } = sessionOf(ctx);
    await database.transaction(async (trx) => {
      await deleteSessionsOf(trx, userId, tokenHash);
      const own = readBrowserToken(ctx);
      await forgetBrowsersOf(trx, userId, own === undefined ? null : hashToken(own));
      await recordChange(trx, ctx.state.actor, {
        action: 'end_other_sessions',
        resource: 'users',
        resourceId: userId,
      });
    });
    ctx.status = 204;
  });

  router.delete(`${base}/:id`, allow('viewer'), async (ctx) => {
    const { userId, id: currentId } = sessionOf(ctx);
    const id = pathId(ctx.params.id);
    await database.transaction(async (trx) => {
      const ended = id === null ? null : await endSessionOf(trx, userId, id);
      if (ended === null) throw notFound('session');
      await recordChange(trx, ctx.state.actor, {
        action: 'end_session',
        resource: 'users',
        resourceId: userId,
        before: presentOwnSession(ended, currentId),
      });
    });
    if (id === currentId) writeSessionToken(ctx, null);
    ctx.status = 204;
  });

  return router;
}
