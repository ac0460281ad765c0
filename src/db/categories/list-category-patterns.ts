import { normalizeText } from '../../domain/normalize-text.ts';
import type { MatchMode } from '../../domain/pattern-set.ts';
import type { Database } from '../connection/database.ts';
import { containing, type Listed, type ListPage, orderBySql, whereFilter } from '../list-page.ts';

export interface CategoryPatternRow {
  id: number;
  categoryId: number;
  /** The category's name. */
  category: string;
  pattern: string;
  priority: number;
  matchMode: MatchMode;
  createdAt: Date;
  updatedAt: Date;
}

const sortColumns = {
  id: 'p.id',
  category_id: 'p.category_id',
  category: 'c.normalized_name',
  pattern: 'p.normalized_pattern',
  priority: 'p.priority',
  match_mode: 'p.match_mode',
  created_at: 'p.created_at',
  updated_at: 'p.updated_at',
};
const filterColumns = {
  id: 'p.id',
  category_id: 'p.category_id',
  pattern: 'p.pattern',
  priority: 'p.priority',
  match_mode: 'p.match_mode',
};

export type CategoryPatternPage = ListPage<keyof typeof sortColumns, keyof typeof filterColumns>;

export async function listCategoryPatterns(
  database: Database,
  page: CategoryPatternPage,
): Promise<Listed<CategoryPatternRow>> {
  const matching = database('category_patterns as p').modify((query) => {
    for (const filter of page.filters) whereFilter(query, filterColumns[filter.field], filter);
    if (page.search !== null)
      query.whereRaw('p.normalized_pattern LIKE ?', [containing(normalizeText(page.search))]);
  });
  const rows = await matching
    .clone()
    .join('categories as c', 'c.id', 'p.category_id')
    .orderByRaw(orderBySql(sortColumns, page.sort, 'p.id'))
    .offset(page.offset)
    .limit(page.limit)
    .select<CategoryPatternRow[]>({
      id: 'p.id',
      categoryId: 'p.category_id',
      category: 'c.name',
      pattern: 'p.pattern',
      priority: 'p.priority',
      matchMode: 'p.match_mode',
      createdAt: 'p.created_at',
      updatedAt: 'p.updated_at',
    });
  const [found] = await matching.clone().count<{ count: number }[]>('* as count');
  return { rows, total: found?.count ?? 0 };
}

export async function findCategoryPattern(
  database: Database,
  id: number,
): Promise<CategoryPatternRow | null> {
  const { rows } = await listCategoryPatterns(database, {
    offset: 0,
    limit: 1,
    sort: [],
    filters: [{ field: 'id', operator: 'eq', values: [id] }],
    search: null,
  });
  return rows[0] ?? null;
}
