import type { Knex } from 'knex';

/** A part of what matches: that which comes first in the query's order, or all. */
export interface Place {
  among: Knex.QueryBuilder;
  isAll: boolean;
}
