import type { Database } from '../connection/database.ts';
import { Acceptance } from '../models/acceptance.ts';

/** How many open acceptances were requested before this one. */
export const countOpenBefore = (database: Database, id: string): Promise<number> =>
  Acceptance.query(database)
    .whereIn('status', ['running', 'undoing'])
    .where('id', '<', id)
    .resultSize();
