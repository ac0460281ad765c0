import type { Actor } from '../domain/actor.ts';
import type { Database } from './database.ts';
import { type Listed, type ListPage, orderBySql, whereFilter } from './list-page.ts';

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

export async function listAuditLog(
  database: Database,
  page: AuditLogPage,
): Promise<Listed<AuditEntry>> {
  const matching = database('audit_log').modify((query) => {
    for (const filter of page.filters) whereFilter(query, filterColumns[filter.field], filter);
  });
  const rows = await matching
    .clone()
    .orderByRaw(orderBySql(sortColumns, page.sort, 'id'))
    .offset(page.offset)
    .limit(page.limit);
  const [counted] = await matching.count<{ count: number }[]>('* as count');
  return { rows, total: counted?.count ?? 0 };
}
