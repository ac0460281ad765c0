import type { Database } from './database.ts';
import type { Change } from './record-change.ts';

export interface LastChange {
  actorName: string;
  at: Date;
  before: unknown;
}

/** Who did this last to something, by the audit log; null where it says nothing of it. */
export async function lastChange(
  database: Database,
  resource: string,
  resourceId: number,
  action: Change['action'],
): Promise<LastChange | null> {
  const change = await database('audit_log')
    .where({ resource, resource_id: String(resourceId), action })
    .orderBy('id', 'desc')
    .first<LastChange | undefined>('actor_name as actorName', 'at', 'before');
  return change ?? null;
}
