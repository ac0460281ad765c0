import Router from '@koa/router';
import { type AuditEntry, listAuditLog } from '../../../db/audit/list-audit-log.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { sendList } from '../send-list.ts';
import { resourcesOfAdmins } from './resources-of-admins.ts';
import { type AuditEntryBody, auditLogQuery } from './schema.ts';

/** Entries of the audit log, the newest first. */
export function auditLogRoutes({ readDatabase, allow }: AdminDependencies): Router<ApiState> {
  const router = new Router<ApiState>();

  router.get('/api/admin/audit-log', allow('viewer'), async (ctx) => {
    const page = validate(auditLogQuery, ctx.query, 'query');
    // An API key with the scope admin has all rights.
    const isAdmin = (ctx.state.session?.role ?? 'admin') === 'admin';
    const view = { hiddenResources: isAdmin ? [] : resourcesOfAdmins, hasAddresses: isAdmin };
    sendList(ctx, await listAuditLog(readDatabase, page, view), present);
  });

  return router;
}

const present = (entry: AuditEntry): AuditEntryBody => ({
  id: entry.id,
  at: entry.at.toISOString(),
  actor_type: entry.actorType,
  actor_id: entry.actorId,
  actor_name: entry.actorName,
  action: entry.action,
  resource: entry.resource,
  resource_id: entry.resourceId,
  before: entry.before,
  after: entry.after,
  request_id: entry.requestId,
  still_exists: entry.stillExists,
});
