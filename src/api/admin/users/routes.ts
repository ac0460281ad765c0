import Router from '@koa/router';
import { inviteUser, renewInvitation } from '../../../db/admins/invite-user.ts';
import { listAdminUsers } from '../../../db/admins/list-admin-users.ts';
import { resetSecondFactor } from '../../../db/admins/second-factor.ts';
import { updateUser } from '../../../db/admins/update-user.ts';
import { listLiveApiKeysOf } from '../../../db/api-keys/list-live-api-keys-of.ts';
import type { Database } from '../../../db/connection/database.ts';
import { AdminUser } from '../../../db/models/admin-user.ts';
import { notFound } from '../../../domain/errors.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { presentApiKey } from '../api-keys/presenter.ts';
import { jsonBody } from '../json-body.ts';
import { pathId } from '../path-id.ts';
import { sendList } from '../send-list.ts';
import { hashToken, randomToken } from '../session/cookie.ts';
import { presentUser } from './presenter.ts';
import { newUserSchema, type UserWithKeysBody, userChangeSchema, userListQuery } from './schema.ts';

const base = '/api/admin/users';
/** Long enough for a holiday weekend, and short enough for a link that somebody else may find. */
const invitationMs = 7 * 86_400_000;

/** The users of the console. */
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
    ctx.body = await withKeys(readDatabase, user);
  });

  /** Invites a person, who chooses a password by the link. */
  router.post(base, allow('admin', { body: jsonBody() }), async (ctx) => {
    const given = validate(newUserSchema, ctx.request.body, 'body');
    const { email, name, role, may_export: mayExport = role !== 'viewer' } = given;
    const { url, columns } = createInvitation();
    const user = { email: email.trim(), name, role, mayExport, ...columns };
    const created = await inviteUser(database, ctx.state.actor, user, presentUser);
    ctx.status = 201;
    ctx.set('Location', `${base}/${created.id}`);
    ctx.body = { ...presentUser(created), invitation_url: url };
  });

  /** Makes a new link in place of one that got lost, or for a forgotten password. The old link is void. */
  router.post(`${base}/:id/invitation`, allow('admin'), async (ctx) => {
    const { url, columns } = createInvitation();
    const id = pathId(ctx.params.id);
    const user = id === null ? null : await renewInvitation(database, ctx.state.actor, id, columns);
    if (user === null) throw notFound('user');
    ctx.body = { ...presentUser(user), invitation_url: url };
  });

  /** For a user who has lost both the device and the recovery codes. */
  router.delete(`${base}/:id/second-factor`, allow('admin'), async (ctx) => {
    const id = pathId(ctx.params.id);
    if (id === null) throw notFound('user');
    await resetSecondFactor(database, ctx.state.actor, id);
    ctx.status = 204;
  });

  router.patch(`${base}/:id`, allow('admin', { body: jsonBody() }), async (ctx) => {
    const { disabled, may_export, ...change } = validate(
      userChangeSchema,
      ctx.request.body,
      'body',
    );
    const id = pathId(ctx.params.id);
    const columns = { ...change, ...(may_export !== undefined && { mayExport: may_export }) };
    const userChange = { columns, isDisabled: disabled };
    const user =
      id === null ? null : await updateUser(database, ctx.state.actor, id, userChange, presentUser);
    if (user === null) throw notFound('user');
    ctx.body = await withKeys(readDatabase, user);
  });

  return router;
}

/** With the keys that the user leaves behind, which nothing revokes: integrations may depend on them. */
async function withKeys(database: Database, user: AdminUser): Promise<UserWithKeysBody> {
  const keys = await listLiveApiKeysOf(database, user.id);
  return { ...presentUser(user), live_api_keys: keys.map(presentApiKey) };
}

function createInvitation() {
  const token = randomToken();
  return {
    // Browsers do not send what comes after the # to any server, so no log holds the token.
    url: `/admin/accept-invitation#${token}`,
    columns: {
      invitationHash: hashToken(token),
      invitationExpiresAt: new Date(Date.now() + invitationMs),
    },
  };
}
