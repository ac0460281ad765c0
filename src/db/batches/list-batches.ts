import type { Database } from '../connection/database.ts';
import { containing, type Listed, type ListPage, readPage } from '../list-page.ts';
import { Batch } from '../models/batch.ts';

const sortColumns = {
  id: 'id',
  created_at: 'created_at',
  transaction_count: 'transaction_count',
  duplicate_count: 'duplicate_count',
  conflict_count: 'conflict_count',
};
const filterColumns = {
  id: 'id',
  status: 'status',
  created_at: 'created_at',
  duplicate_count: 'duplicate_count',
  conflict_count: 'conflict_count',
};

export type BatchPage = ListPage<keyof typeof sortColumns, keyof typeof filterColumns>;

/** Batches, searched for by their request id. */
export async function listBatches(database: Database, page: BatchPage): Promise<Listed<Batch>> {
  const matching = Batch.query(database).modify((query) => {
    if (page.search !== null) query.whereRaw('request_id ILIKE ?', [containing(page.search)]);
  });
  return readPage(matching, { sort: sortColumns, filter: filterColumns }, page);
}
