import type { Database } from '../connection/database.ts';
import { type Listed, type ListPage, readPage } from '../list-page.ts';
import { Training } from '../models/training.ts';

const sortColumns = { id: 'id', created_at: 'created_at' };
const filterColumns = { id: 'id', status: 'status' };

export type TrainingPage = ListPage<keyof typeof sortColumns, keyof typeof filterColumns>;

export async function listTrainings(
  database: Database,
  page: TrainingPage,
): Promise<Listed<Training>> {
  return readPage(Training.query(database), { sort: sortColumns, filter: filterColumns }, page);
}
