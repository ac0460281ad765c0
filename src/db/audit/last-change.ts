import type { Database } from '../connection/database.ts';
import { logWithActors, publicActorName } from './public-actor-name.ts';
import type { Change } from './record-change.ts';

export interface LastChange {
  /** The name that everybody may read. */
  actorName: string;
  at: Date;
  before: unknown;
}

/** The latest entry of the audit log for an action on a resource. Null when there is none. */
export async function lastChange(
  database: Database,
  resource: string,
  resourceId: number | string,
  action: Change['action'],
): Promise<LastChange | null> {
  const change = await database
    .from(database.raw(logWithActors))
    .where({ resource, resource_id: String(resourceId), action })
    .orderBy('log.id', 'desc')
    .first<LastChange | undefined>(
      database.raw(`${publicActorName} AS "actorName"`),
      'at',
      'before',
    );
  return change ?? null;
}
