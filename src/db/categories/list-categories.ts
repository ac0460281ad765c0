import { normalizeText } from '../../domain/normalize-text.ts';
import type { Database } from '../connection/database.ts';
import { containing, type Listed, type ListPage, orderBySql, whereFilter } from '../list-page.ts';
import { transactionsNotRolledUp } from '../totals/transactions-not-rolled-up.ts';

export interface CategoryRow {
  id: number;
  name: string;
  color: string;
  createdAt: Date;
  updatedAt: Date;
  patternCount: number;
  /** Counts rows of every status. */
  transactionCount: number;
}

const sortColumns = {
  id: 'c.id',
  name: 'c.normalized_name',
  created_at: 'c.created_at',
  updated_at: 'c.updated_at',
  pattern_count: '"patternCount"',
  transaction_count: '"transactionCount"',
};
const filterColumns = { id: 'c.id', name: 'c.name', color: 'c.color' };

export type CategoryPage = ListPage<keyof typeof sortColumns, keyof typeof filterColumns>;

/**
 * Categories with the numbers of their patterns and transactions. The latter come from the totals, and from the
 * rows of batches that are not in the totals yet.
 */
export async function listCategories(
  database: Database,
  page: CategoryPage,
): Promise<Listed<CategoryRow>> {
  const matching = database('categories as c').modify((query) => {
    for (const filter of page.filters) whereFilter(query, filterColumns[filter.field], filter);
    if (page.search !== null)
      query.whereRaw('c.normalized_name LIKE ?', [containing(normalizeText(page.search))]);
  });
  const rows = (await matching
    .clone()
    .with('counts', database.raw(transactionCounts))
    .leftJoin('counts as n', 'n.category_id', 'c.id')
    .select({
      id: 'c.id',
      name: 'c.name',
      color: 'c.color',
      createdAt: 'c.created_at',
      updatedAt: 'c.updated_at',
    })
    .select(
      database.raw(
        '(SELECT count(*) FROM category_patterns p WHERE p.category_id = c.id) AS "patternCount"',
      ),
      database.raw('coalesce(n.row_count, 0) AS "transactionCount"'),
    )
    .orderByRaw(orderBySql(sortColumns, page.sort, 'c.id'))
    .offset(page.offset)
    .limit(page.limit)) as CategoryRow[];
  const [found] = await matching.clone().count<{ count: number }[]>('* as count');
  return { rows, total: found?.count ?? 0 };
}

/** Counts for all categories, which are few: a page may be sorted by the count. */
const transactionCounts = `
  SELECT category_id, sum(row_count)::bigint AS row_count
    FROM (SELECT category_id, row_count FROM category_totals
          UNION ALL
          SELECT t.category_id, count(*) FROM ${transactionsNotRolledUp} WHERE t.category_id IS NOT NULL GROUP BY 1) AS counts
   GROUP BY category_id`;

export async function findCategory(database: Database, id: number): Promise<CategoryRow | null> {
  const { rows } = await listCategories(database, {
    offset: 0,
    limit: 1,
    sort: [],
    filters: [{ field: 'id', operator: 'eq', values: [id] }],
    search: null,
  });
  return rows[0] ?? null;
}
