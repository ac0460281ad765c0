import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Database } from '../connection/database.ts';
import { transactionsNotRolledUp } from '../totals/transactions-not-rolled-up.ts';

export interface UncategorizedText {
  /** The merchant's name as sent, or the description of rows without one. */
  text: string;
  currency: string;
  transactionCount: number;
  /** PostgreSQL's text of numeric: the sum of all amounts, spend and income. */
  amount: string;
}

const statement = `COPY (
  SELECT text, currency, row_count, amount FROM uncategorized_totals WHERE row_count > 0
  UNION ALL
  SELECT coalesce(t.merchant_name, t.description), t.currency, count(*), sum(t.amount)
    FROM ${transactionsNotRolledUp}
   WHERE t.category_id IS NULL AND t.category_source IS NULL AND t.ingestion_status = 'completed'
     AND coalesce(t.merchant_name, t.description) IS NOT NULL
   GROUP BY 1, 2
) TO STDOUT`;

/**
 * Completed rows without a category, added up by their text and currency; rows that were left without
 * one by hand are settled, and stay out. They come from the totals, and from the rows of those batches
 * that are not in them yet, so that a text may be there twice.
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
