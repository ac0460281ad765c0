import type { Actor } from '../../domain/actor.ts';
import type { Database } from '../connection/database.ts';
import { type Listed, type ListPage, orderBySql, whereFilter } from '../list-page.ts';
import { logWithActors, publicActorName } from './public-actor-name.ts';

/** A line of the audit log. */
export interface AuditEntry {
  id: number;
  at: Date;
  actorType: Actor['type'];
  actorId: number | null;
  actorName: string;
  action: string;
  resource: string;
  resourceId: string | null;
  before: unknown;
  after: unknown;
  requestId: string | null;
  /** Whether the resource still exists. */
  stillExists: boolean;
}

const sortColumns = { id: 'id' };
const filterColumns = {
  resource: 'resource',
  resource_id: 'resource_id',
  action: 'action',
  actor_type: 'actor_type',
  actor_id: 'actor_id',
  actor_name: 'actor_name',
  at: 'at',
};

export type AuditLogPage = ListPage<keyof typeof sortColumns, keyof typeof filterColumns>;

/** Each resource has its own type of id. CASE casts an id only in the branch of its resource. */
const stillExistsSql = `CASE resource
    WHEN 'categories' THEN EXISTS (SELECT FROM categories WHERE id = resource_id::integer)
    WHEN 'category-patterns' THEN EXISTS (SELECT FROM category_patterns WHERE id = resource_id::integer)
    WHEN 'transactions' THEN EXISTS (SELECT FROM transactions WHERE id = resource_id::bigint)
    WHEN 'batches' THEN EXISTS (SELECT FROM batches WHERE id = resource_id::uuid)
    WHEN 'recategorizations' THEN EXISTS (SELECT FROM recategorizations WHERE id = resource_id::uuid)
    WHEN 'categorizers' THEN true
    WHEN 'acceptances' THEN EXISTS (SELECT FROM acceptances WHERE id = resource_id::uuid)
    WHEN 'trainings' THEN EXISTS (SELECT FROM trainings WHERE id = resource_id::uuid)
    WHEN 'learned-versions' THEN EXISTS (SELECT FROM learned_versions WHERE id = resource_id::integer)
    WHEN 'api-keys' THEN EXISTS (SELECT FROM api_keys WHERE id = resource_id::integer)
    WHEN 'users' THEN EXISTS (SELECT FROM admin_users WHERE id = resource_id::integer)
    ELSE false
  END AS still_exists`;

/**
 * The log with the names that everybody may read. Filters compare with these too; otherwise a search could
 * find out which addresses exist.
 */
const publicLog = `(SELECT log.id, log.at, log.actor_type, log.actor_id, ${publicActorName} AS actor_name, log.action,
    log.resource, log.resource_id, log.before, log.after, log.request_id
  FROM ${logWithActors}) AS audit_log`;

/** What a reader of the log may see. */
export interface AuditLogView {
  /** Entries on these resources are neither shown nor counted. */
  hiddenResources: readonly string[];
  /** Whether the reader sees e-mail addresses, or only the names that everybody may read. */
  hasAddresses: boolean;
}

/** A page of the log. */
export async function listAuditLog(
  database: Database,
  page: AuditLogPage,
  { hiddenResources, hasAddresses }: AuditLogView,
): Promise<Listed<AuditEntry>> {
  const matching = database
    .from(database.raw(hasAddresses ? 'audit_log' : publicLog))
    .whereNotIn('resource', hiddenResources)
    .modify((query) => {
      for (const filter of page.filters) whereFilter(query, filterColumns[filter.field], filter);
    });
  const onPage = matching
    .clone()
    .orderByRaw(orderBySql(sortColumns, page.sort, 'id'))
    .offset(page.offset)
    .limit(page.limit);
  const rows = await database
    .select('*', database.raw(stillExistsSql))
    .from(onPage.as('entries'))
    .orderByRaw(orderBySql(sortColumns, page.sort, 'id'));
  const [counted] = await matching.count<{ count: number }[]>('* as count');
  return { rows, total: counted?.count ?? 0 };
}
