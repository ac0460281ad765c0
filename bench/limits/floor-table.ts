import { once } from 'node:events';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { SampleTransaction } from '../../samples/generate-batch.ts';

/** The size of one write to the socket. */
const chunkCharacters = 64 * 1024;

/**
 * The table on which limits are measured. It has the columns, indexes, fillfactor and rows of `transactions`, and the
 * triggers that replace its foreign keys.
 */
export class FloorTable {
  readonly #database: pg.Client;
  #nextId = 1;

  private constructor(database: pg.Client) {
    this.#database = database;
  }

  static async create(database: pg.Client): Promise<FloorTable> {
    await database.query('DROP TABLE IF EXISTS floor');
    await database.query('CREATE TABLE floor (LIKE transactions INCLUDING ALL)');
    // LIKE does not copy these.
    const { rows } = await database.query<{ statement: string }>(`
      SELECT format('ALTER TABLE floor SET (%s)', array_to_string(reloptions, ', ')) AS statement
        FROM pg_class WHERE oid = 'transactions'::regclass AND reloptions IS NOT NULL
      UNION ALL
      SELECT regexp_replace(pg_get_triggerdef(oid), ' ON \\S*transactions ', ' ON floor ')
        FROM pg_trigger WHERE tgrelid = 'transactions'::regclass AND tgname LIKE '%reference'`);
    for (const { statement } of rows) await database.query(statement);
    return new FloorTable(database);
  }

  /** Prepares the text for a COPY of rows that belong to the batch. */
  prepare(rows: readonly SampleTransaction[], batchId: string): PreparedCopy {
    const firstId = this.#nextId;
    const chunks: Buffer[] = [];
    let text = '';
    for (const row of rows) {
      text += `${[this.#nextId++, batchId, row.account_id, row.transaction_id, row.amount, row.currency, row.date, row.merchant_name, row.description].map(escaped).join('\t')}\n`;
      if (text.length < chunkCharacters) continue;
      chunks.push(Buffer.from(text));
      text = '';
    }
    chunks.push(Buffer.from(text));
    return { firstId, lastId: this.#nextId - 1, chunks };
  }

  /** Runs and commits one COPY. */
  async copy({ chunks }: PreparedCopy): Promise<void> {
    const stream = this.#database.query(
      copyFrom(`COPY floor (id, batch_id, account_id, transaction_id, amount, currency, date,
                            merchant_name, description) FROM STDIN`),
    );
    for (const chunk of chunks) if (!stream.write(chunk)) await once(stream, 'drain');
    stream.end();
    await once(stream, 'finish');
  }

  /** Stores the results of a processed batch in a table that the UPDATE can join. */
  async prepareUpdate({ firstId }: PreparedCopy, batchId: string): Promise<void> {
    await this.#database.query('DROP TABLE IF EXISTS decided');
    await this.#database.query(
      `CREATE TEMP TABLE decided AS
         SELECT $1 - 1 + row_number() OVER (ORDER BY id) AS id, category_id, category_source,
                matched_pattern_id, matched_field
           FROM transactions WHERE batch_id = $2 ORDER BY id`,
      [firstId, batchId],
    );
    await this.#database.query('ANALYZE decided');
  }

  /** Runs and commits one UPDATE of all rows. */
  async update({ firstId, lastId }: PreparedCopy): Promise<void> {
    await this.#database.query(
      `UPDATE floor SET ingestion_status = 'completed', category_id = decided.category_id,
              category_source = decided.category_source,
              matched_pattern_id = decided.matched_pattern_id,
              matched_field = decided.matched_field
         FROM decided WHERE floor.id = decided.id AND floor.id BETWEEN $1 AND $2`,
      [firstId, lastId],
    );
  }
}

export interface PreparedCopy {
  firstId: number;
  lastId: number;
  chunks: Buffer[];
}

const escaped = (value: string | number | null): string =>
  value === null ? '\\N' : String(value).replace(/[\\\t\n\r]/g, (character) => `\\${character}`);
