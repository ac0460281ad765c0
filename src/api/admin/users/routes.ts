import Router from '@koa/router';
import { deleteSessionsOf } from '../../../db/admins/admin-sessions.ts';
import { withoutSecondFactor } from '../../../db/admins/consume-second-factor.ts';
import { forgetBrowsersOf } from '../../../db/admins/known-browsers.ts';
import { listAdminUsers } from '../../../db/admins/list-admin-users.ts';
import { listLiveApiKeysOf } from '../../../db/api-keys/list-live-api-keys-of.ts';
import { recordChange } from '../../../db/audit/record-change.ts';
import type { Database, Transaction } from '../../../db/connection/database.ts';
import { isUniqueViolation } from '../../../db/connection/errors.ts';
import { AdminUser } from '../../../db/models/admin-user.ts';
import { ApiError, notFound } from '../../../domain/errors.ts';
import { normalizeText } from '../../../domain/normalize-text.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { presentApiKey } from '../api-keys/presenter.ts';
import { jsonBody } from '../json-body.ts';
import { pathId } from '../path-id.ts';
import { sendList } from '../send-list.ts';
import { hashToken, randomToken } from '../session/cookie.ts';
import { presentUser } from './presenter.ts';
import {
  newUserSchema,
  type UserBody,
  type UserWithKeysBody,
  userChangeSchema,
  userListQuery,
} from './schema.ts';

const base = '/api/admin/users';
/** Long enough for a holiday weekend, short enough for a link that was left lying about. */
const invitationMs = 7 * 86_400_000;

/** People who may sign in to the console. */
export function userRoutes({ database, readDatabase, allow }: AdminDependencies): Router<ApiState> {
  const router = new Router<ApiState>();

  router.get(base, allow('admin'), async (ctx) => {
    const page = validate(userListQuery, ctx.query, 'query');
    sendList(ctx, await listAdminUsers(readDatabase, page), presentUser);
  });

  router.get(`${base}/:id`, allow('admin'), async (ctx) => {
    const id = pathId(ctx.params.id);
    const user = id === null ? undefined : await AdminUser.query(database).findById(id);
    if (user === undefined) throw notFound('user');
    ctx.body = await withKeys(readDatabase, presentUser(user));
  });

  /** Invites: the person chooses the password by the link. */
  router.post(base, allow('admin', { body: jsonBody() }), async (ctx) => {
    const given = validate(newUserSchema, ctx.request.body, 'body');
    const { email, name, role, may_export = role !== 'viewer' } = given;
    const invitation = createInvitation();
    const user = await database.transaction(async (trx) => {
      const created = await AdminUser.query(trx)
        .insert({
          email: email.trim(),
          normalizedEmail: normalizeText(email),
          name,
          role,
          mayExport: may_export,
          ...invitation.columns,
        })
        .returning('*')
        .catch(rethrowConflict);
      const after = presentUser(created);
      await recordChange(trx, ctx.state.actor, {
        action: 'create',
        resource: 'users',
        resourceId: created.id,
        after,
      });
      return after;
    });
    ctx.status = 201;
    ctx.set('Location', `${base}/${user.id}`);
    ctx.body = { ...user, invitation_url: invitation.url };
  });

  /** A new link for one that got lost, or for a password that was forgotten; the old link is void. */
  router.post(`${base}/:id/invitation`, allow('admin'), async (ctx) => {
    const invitation = createInvitation();
    const user = await database.transaction(async (trx) => {
      const found = await lockUser(trx, pathId(ctx.params.id));
      await AdminUser.query(trx).findById(found.id).patch(invitation.columns);
      await recordChange(trx, ctx.state.actor, {
        action: 'invite',
        resource: 'users',
        resourceId: found.id,
      });
      return presentUser({ ...found, ...invitation.columns });
    });
    ctx.body = { ...user, invitation_url: invitation.url };
  });

  /** For who has lost the device and the recovery codes; their sessions end. */
  router.delete(`${base}/:id/second-factor`, allow('admin'), async (ctx) => {
    await database.transaction(async (trx) => {
      const user = await lockUser(trx, pathId(ctx.params.id));
      if (user.secondFactorSince === null) throw notFound('second factor');
      await AdminUser.query(trx).findById(user.id).patch(withoutSecondFactor);
      await deleteSessionsOf(trx, user.id);
      await forgetBrowsersOf(trx, user.id);
      await recordChange(trx, ctx.state.actor, {
        action: 'remove_second_factor',
        resource: 'users',
        resourceId: user.id,
      });
    });
    ctx.status = 204;
  });

  router.patch(`${base}/:id`, allow('admin', { body: jsonBody() }), async (ctx) => {
    const { disabled, may_export, ...change } = validate(
      userChangeSchema,
      ctx.request.body,
      'body',
    );
    const changed = await database.transaction(async (trx) => {
      // Whoever else changes users waits, or two admins could each take the other's role at once.
      await trx.raw('LOCK TABLE admin_users IN SHARE ROW EXCLUSIVE MODE');
      const user = await lockUser(trx, pathId(ctx.params.id));
      const isDisabled = disabled ?? user.disabledAt !== null;
      const changed = await AdminUser.query(trx)
        .findById(user.id)
        .patch({
          ...change,
          ...(may_export !== undefined && { mayExport: may_export }),
          // Also where it stays: a change of nothing would be no statement.
          disabledAt: isDisabled ? (user.disabledAt ?? new Date()) : null,
        })
        .returning('*')
        .first();
      if (changed === undefined) throw notFound('user');
      if (canAdminister(user)) await checkAnAdminIsLeft(trx);
      if (disabled === true) {
        await deleteSessionsOf(trx, user.id);
        await forgetBrowsersOf(trx, user.id);
      }
      const after = presentUser(changed);
      await recordChange(trx, ctx.state.actor, {
        action: 'update',
        resource: 'users',
        resourceId: user.id,
        before: presentUser(user),
        after,
      });
      return after;
    });
    ctx.body = await withKeys(readDatabase, changed);
  });

  return router;
}

/** Nothing is revoked behind the back of an integration: whoever takes a user away is told what they leave. */
async function withKeys(database: Database, user: UserBody): Promise<UserWithKeysBody> {
  const keys = await listLiveApiKeysOf(database, user.id);
  return { ...user, live_api_keys: keys.map(presentApiKey) };
}

function createInvitation() {
  const token = randomToken();
  return {
    // Behind the #, which browsers send to no server: no log holds it.
    url: `/admin/accept-invitation#${token}`,
    columns: {
      invitationHash: hashToken(token),
      invitationExpiresAt: new Date(Date.now() + invitationMs),
    },
  };
}

async function lockUser(trx: Transaction, id: number | null): Promise<AdminUser> {
  const user = id === null ? undefined : await AdminUser.query(trx).findById(id).forUpdate();
  if (user === undefined) throw notFound('user');
  return user;
}

const canAdminister = (user: AdminUser): boolean =>
  user.role === 'admin' && user.disabledAt === null && user.passwordHash !== null;

async function checkAnAdminIsLeft(trx: Transaction): Promise<void> {
  const admins = await AdminUser.query(trx)
    .where({ role: 'admin' })
    .whereNull('disabledAt')
    .whereNotNull('passwordHash')
    .resultSize();
  if (admins === 0)
    throw new ApiError(
      'conflict',
      'This is the last admin who can sign in. Make another user an admin first.',
    );
}

function rethrowConflict(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  throw new ApiError('conflict', 'A user with this e-mail address already exists.', {
    errors: [{ pointer: '/email', detail: 'is the address of another user' }],
    cause: error,
  });
}
