import type { OpenAcceptanceStatus } from '../../domain/acceptance.ts';
import type { Database } from '../connection/database.ts';
import { Acceptance } from '../models/acceptance.ts';

/** An acceptance whose rows are being set, or given back. */
export interface OpenAcceptance {
  id: string;
  status: OpenAcceptanceStatus;
}

/** The open acceptances that are older than the grace time, the oldest first. */
export async function listOpenAcceptances(
  database: Database,
  graceSeconds: number,
): Promise<OpenAcceptance[]> {
  const open = await Acceptance.query(database)
    .whereIn('status', ['running', 'undoing'])
    .where('createdAt', '<', database.raw('now() - make_interval(secs => ?)', [graceSeconds]))
    .orderBy('id')
    .select('id', 'status');
  return open as OpenAcceptance[];
}
