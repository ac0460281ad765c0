import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Database } from './database.ts';

export interface UncategorizedText {
  /** The merchant's name as sent, or the description of rows without one. */
  text: string;
  currency: string;
  transactionCount: number;
  /** PostgreSQL's text of numeric: the sum of all amounts, spend and income. */
  amount: string;
}

const statement = `COPY (
  SELECT coalesce(merchant_name, description), currency, count(*), sum(amount)
    FROM transactions
   WHERE category_id IS NULL AND category_source IS NULL AND ingestion_status = 'completed'
     AND coalesce(merchant_name, description) IS NOT NULL
   GROUP BY 1, 2
) TO STDOUT`;

/**
 * Completed rows without a category, added up by their text and currency; rows that were left without
 * one by hand are settled, and stay out. Reads the whole table once (there is no index on the
 * category, which would cost more at every update than this does now and then).
 *
 * There may be some hundred thousand texts, so they are copied out: as many rows of a
 * query would hold up other requests, which get their turn between the blocks.
 */
export async function listUncategorizedTexts(database: Database): Promise<UncategorizedText[]> {
  return database.transaction(
    async (trx) => {
      // Enough for some 200,000 texts, which would otherwise be added up on disk.
      await trx.raw(`SET LOCAL work_mem = '64MB'`);
      const client = (await trx.client.acquireConnection()) as ClientBase;
      const stream = client.query(copyTo(statement)).setEncoding('utf8');
      const texts: UncategorizedText[] = [];
      let rest = '';
      for await (const block of stream) {
        const lines = (rest + block).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) texts.push(readLine(line));
      }
      return texts;
    },
    { readOnly: true },
  );
}

function readLine(line: string): UncategorizedText {
  const [text = '', currency = '', count, amount = ''] = line.split('\t');
  return { text: unescapeText(text), currency, transactionCount: Number(count), amount };
}

const escapes: Record<string, string> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Text out of COPY's text format (https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2). */
const unescapeText = (text: string): string =>
  text.includes('\\') ? text.replace(/\\(.)/g, (_, next: string) => escapes[next] ?? next) : text;
