import { normalizeText } from '../domain/normalize-text.ts';
import type { Database } from './database.ts';
import { containing, type Listed, type ListPage, orderBySql, whereFilter } from './list-page.ts';

export interface CategoryRow {
  id: number;
  name: string;
  color: string;
  createdAt: Date;
  updatedAt: Date;
  patternCount: number;
  /** Rows of transactions, whatever their status. */
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
 * Categories with how many patterns and transactions they have. The second count reads the whole
 * table of transactions once, however many categories are on the page: about 0.2 s a million rows
 * (measured on 2 cores). An index on the category would make it cheaper, and every update of
 * processing dearer (docs/decisions/0001).
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
  const isSortedByCount = page.sort.some(({ field }) => field === 'transaction_count');
  const rows = (await matching
    .clone()
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
    )
    .modify((query) => {
      // Only this order needs the counts of all categories before the page is cut out.
      if (!isSortedByCount) return;
      query
        .leftJoin(
          database('transactions')
            .select('category_id')
            .count('* as row_count')
            .whereNotNull('category_id')
            .groupBy('category_id')
            .as('n'),
          'n.category_id',
          'c.id',
        )
        .select(database.raw('coalesce(n.row_count, 0) AS "transactionCount"'));
    })
    .orderByRaw(orderBySql(sortColumns, page.sort, 'c.id'))
    .offset(page.offset)
    .limit(page.limit)) as CategoryRow[];
  const [found] = await matching.clone().count<{ count: number }[]>('* as count');
  const total = found?.count ?? 0;
  if (isSortedByCount) return { rows, total };
  const counts = await countTransactions(
    database,
    rows.map(({ id }) => id),
  );
  return {
    rows: rows.map((row) => ({ ...row, transactionCount: counts.get(row.id) ?? 0 })),
    total,
  };
}

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

async function countTransactions(
  database: Database,
  categoryIds: number[],
): Promise<Map<number, number>> {
  if (categoryIds.length === 0) return new Map();
  const result = await database.raw<{ rows: { categoryId: number; rowCount: number }[] }>(
    `SELECT category_id AS "categoryId", count(*) AS "rowCount"
       FROM transactions WHERE category_id = ANY (?) GROUP BY category_id`,
    [categoryIds],
  );
  return new Map(result.rows.map(({ categoryId, rowCount }) => [categoryId, rowCount]));
}
