import type { Database } from '../connection/database.ts';
import { type Listed, type ListPage, orderBySql, whereFilter } from '../list-page.ts';
import { Training } from '../models/training.ts';

const sortColumns = { id: 'id', created_at: 'created_at' };
const filterColumns = { id: 'id', status: 'status' };

export type TrainingPage = ListPage<keyof typeof sortColumns, keyof typeof filterColumns>;

export async function listTrainings(
  database: Database,
  page: TrainingPage,
): Promise<Listed<Training>> {
  const matching = Training.query(database).modify((query) => {
    for (const filter of page.filters) whereFilter(query, filterColumns[filter.field], filter);
  });
  const rows = await matching
    .clone()
    .orderByRaw(orderBySql(sortColumns, page.sort, 'id'))
    .offset(page.offset)
    .limit(page.limit);
  return { rows, total: await matching.resultSize() };
}

/** Whether a training that is older than the grace time is still open. */
export async function hasWaitingTraining(
  database: Database,
  graceSeconds: number,
): Promise<boolean> {
  const waiting = await Training.query(database)
    .where({ status: 'running' })
    .where('createdAt', '<', database.raw('now() - make_interval(secs => ?)', [graceSeconds]))
    .first()
    .select('id');
  return waiting !== undefined;
}
