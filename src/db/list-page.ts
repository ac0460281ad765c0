import type { Model, QueryBuilder } from 'objection';

/** How a filter compares; `like` means "contains", whatever the case. */
export type FilterOperator = 'eq' | 'ne' | 'gte' | 'lte' | 'like';

export type FilterValue = string | number | boolean | Date;

export interface ListFilter<Field extends string> {
  field: Field;
  operator: FilterOperator;
  /** Several mean "one of these" for `eq`, and "none of these" for `ne`; the other operators take one. */
  values: readonly FilterValue[];
}

export interface ListSort<Field extends string> {
  field: Field;
  direction: 'asc' | 'desc';
}

/** Which entries of a list are wanted, and in what order. */
export interface ListPage<SortField extends string, FilterField extends string> {
  offset: number;
  limit: number;
  sort: readonly ListSort<SortField>[];
  filters: readonly ListFilter<FilterField>[];
  /** What to search for; null for everything. */
  search: string | null;
}

export interface Listed<Row> {
  rows: Row[];
  /** Of all that pass the filters, on whatever page. */
  total: number;
  /** That there are more than `total`, which only says how far was counted. */
  isTotalCapped?: boolean;
}

/** What filtering needs of a query, be it one of Knex or of Objection. */
interface Filterable {
  whereRaw(sql: string, bindings: never): unknown;
}

/**
 * Lets pass what the filter says about a column, which is SQL of ours and never of a client. As for
 * clients "not equal" includes what is not set, `ne` lets null pass.
 */
export function whereFilter(
  query: Filterable,
  column: string,
  { operator, values }: ListFilter<string>,
): void {
  const where = (sql: string, value: unknown) => query.whereRaw(sql, [value] as never);
  if (operator === 'eq') {
    if (values.length === 1) where(`${column} = ?`, values[0]);
    else where(`${column} = ANY (?)`, values);
  } else if (operator === 'ne') where(`(${column} = ANY (?)) IS NOT TRUE`, values);
  else if (operator === 'gte') where(`${column} >= ?`, values[0]);
  else if (operator === 'lte') where(`${column} <= ?`, values[0]);
  else where(`${column} ILIKE ?`, containing(String(values[0])));
}

/** The pattern of LIKE for texts that contain this one, whose own wildcards stand for themselves. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/**
 * ORDER BY for the page. The id comes last, in the direction of the sorter before it: without it
 * entries that compare equal could show up on two pages or on none.
 */
export function orderBySql<Field extends string>(
  columns: Record<Field, string>,
  sort: readonly ListSort<Field>[],
  idColumn: string,
): string {
  const terms = sort.map(({ field, direction }) => `${columns[field]} ${direction}`);
  return [...terms, `${idColumn} ${sort.at(-1)?.direction ?? 'asc'}`].join(', ');
}

/** Reads a page of the rows that a query and the page's filters let pass, and counts all of these. */
export async function readPage<
  Row extends Model,
  SortField extends string,
  FilterField extends string,
>(
  matching: QueryBuilder<Row>,
  columns: { sort: Record<SortField, string>; filter: Record<FilterField, string> },
  { filters, sort, offset, limit }: ListPage<SortField, FilterField>,
): Promise<Listed<Row>> {
  for (const filter of filters) whereFilter(matching, columns.filter[filter.field], filter);
  const rows = await matching
    .clone()
    .orderByRaw(orderBySql(columns.sort, sort, 'id'))
    .offset(offset)
    .limit(limit);
  return { rows: rows as Row[], total: await matching.resultSize() };
}
