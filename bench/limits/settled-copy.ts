import type pg from 'pg';

export interface SettledQuery {
  accountId: string;
  startDate: string;
  endDate: string;
}

/**
 * The fastest way to add up the rows of an account: a copy of the table that no longer changes, with an index that
 * contains every column the query needs.
 */
export class SettledCopy {
  readonly #database: pg.Client;

  private constructor(database: pg.Client) {
    this.#database = database;
  }

  static async create(database: pg.Client): Promise<SettledCopy> {
    await database.query(`DROP TABLE IF EXISTS settled`);
    await database.query(
      `CREATE TABLE settled AS
         SELECT account_id, date, currency, category_id, ingestion_status, amount FROM transactions`,
    );
    await database.query(
      `CREATE INDEX ON settled (account_id, date)
         INCLUDE (currency, category_id, ingestion_status, amount)`,
    );
    await database.query('VACUUM ANALYZE settled');
    return new SettledCopy(database);
  }

  /** Throws unless the query reads only the index. */
  async check(query: SettledQuery): Promise<void> {
    const { rows } = await this.#database.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN (ANALYZE) ${aggregate}`,
      valuesOf(query),
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    if (!plan.includes('Index Only Scan') || !plan.includes('Heap Fetches: 0'))
      throw new Error(`the limit is not an index-only scan:\n${plan}`);
  }

  /** The sums in a summary report. */
  async aggregate(query: SettledQuery): Promise<void> {
    await this.#database.query({ name: 'settled', text: aggregate, values: valuesOf(query) });
  }

  async drop(): Promise<void> {
    await this.#database.query('DROP TABLE settled');
  }
}

const aggregate = `
  SELECT currency, category_id, ingestion_status, count(*),
         count(*) FILTER (WHERE amount < 0),
         sum(amount) FILTER (WHERE amount < 0), sum(amount) FILTER (WHERE amount > 0)
    FROM settled WHERE account_id = $1 AND date >= $2 AND date <= $3
   GROUP BY currency, category_id, ingestion_status`;

const valuesOf = ({ accountId, startDate, endDate }: SettledQuery) => [
  accountId,
  startDate,
  endDate,
];
