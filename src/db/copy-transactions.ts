import { once } from 'node:events';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { NewTransaction } from '../domain/transaction.ts';

const statement = `COPY transactions
  (id, batch_id, account_id, transaction_id, amount, currency, date, merchant_name, description)
  FROM STDIN`;

/** Bytes handed to the socket at once: large enough that a write is rare, small enough to stay off the large-object heap. */
const flushCharacters = 64 * 1024;

/**
 * Copies rows into `transactions` under the ids from `firstId` on, in their order. The whole COPY
 * fails on the first row whose (account_id, transaction_id) is stored already.
 */
export async function copyTransactions(
  client: ClientBase,
  batchId: string,
  firstId: number,
  rows: readonly NewTransaction[],
): Promise<void> {
  const stream = client.query(copyFrom(statement));
  const finished = new Promise<void>((resolve, reject) => {
    stream.once('finish', resolve);
    stream.once('error', reject);
  });
  // The server may refuse in mid-stream, while the loop below waits for a drain.
  finished.catch(() => {});
  let text = '';
  let id = firstId;
  for (const row of rows) {
    text += copyLine(id++, batchId, row);
    if (text.length < flushCharacters) continue;
    if (stream.destroyed) break;
    if (!stream.write(text)) await Promise.race([once(stream, 'drain'), finished]);
    text = '';
  }
  if (!stream.destroyed) stream.end(text);
  await finished;
}

function copyLine(id: number, batchId: string, row: NewTransaction): string {
  return `${id}\t${batchId}\t${escapeText(row.accountId)}\t${escapeText(row.transactionId)}\t${row.amount}\t${row.currency}\t${row.date}\t${nullable(row.merchantName)}\t${nullable(row.description)}\n`;
}

const special = /[\\\t\n\r]/;
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** Text as COPY's text format wants it (https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2). */
function escapeText(text: string): string {
  return special.test(text)
    ? text.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character)
    : text;
}

const nullable = (text: string | null): string => (text === null ? '\\N' : escapeText(text));
