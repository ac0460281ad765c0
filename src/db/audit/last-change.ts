import type { Database } from '../connection/database.ts';
import { logWithActors, publicActorName } from './public-actor-name.ts';
import type { Change } from './record-change.ts';

export interface LastChange {
  /** As everybody may read it. */
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
