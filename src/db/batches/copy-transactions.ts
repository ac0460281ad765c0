import { SpanKind } from '@opentelemetry/api';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { NewTransaction } from '../../domain/transaction.ts';
import { inSpan } from '../../tracing/in-span.ts';

const statement = `COPY transactions
  (id, batch_id, account_id, transaction_id, amount, currency, date, merchant_name, description)
  FROM STDIN`;

const spanOptions = {
  kind: SpanKind.CLIENT,
  attributes: {
    'db.system.name': 'postgresql',
    'db.query.summary': 'COPY transactions',
    'db.query.text': statement,
  },
};

/** Bytes handed to the socket at once: large enough that a write is rare, small enough to stay off the large-object heap. */
const blockBytes = 64 * 1024;
/**
 * Characters of lines that are joined before they are turned into bytes: joined by the thousand, they
 * have left the processor's caches by then, and the whole takes twice as long.
 */
const textCharacters = 2 * 1024;
/** What a UTF-16 code unit takes in UTF-8 at most. */
const bytesPerCharacter = 3;

/**
 * Copies rows into `transactions` under the ids from `firstId` on, in their order. The whole COPY
 * fails on the first row whose (account_id, transaction_id) is stored already. Returns how many they are.
 */
export const copyTransactions = (
  client: ClientBase,
  batchId: string,
  firstId: number,
  rows: Iterable<NewTransaction>,
): Promise<number> =>
  inSpan('COPY transactions', spanOptions, () => copy(client, batchId, firstId, rows));

async function copy(
  client: ClientBase,
  batchId: string,
  firstId: number,
  rows: Iterable<NewTransaction>,
): Promise<number> {
  const stream = client.query(copyFrom(statement));
  const finished = new Promise<void>((resolve, reject) => {
    stream.once('finish', resolve);
    stream.once('error', reject);
  });
  // The server may refuse in mid-stream, while the loop below waits for a block to be written.
  finished.catch(() => {});
  let id = firstId;
  // Each block waits for the one before it: what the stream still holds when the server refuses, it would write to
  // a connection that it no longer has, and end the process.
  for (const block of blocks(rows, (row) => copyLine(id++, batchId, row))) {
    const written = new Promise((resolve) => stream.write(block, resolve));
    await Promise.race([written, finished]);
  }
  stream.end();
  await finished;
  return id - firstId;
}

/** The lines of the rows in UTF-8, a block at a time. Texts are limited, so that a line takes half a block at most. */
function* blocks(
  rows: Iterable<NewTransaction>,
  lineOf: (row: NewTransaction) => string,
): Generator<Buffer> {
  let block = Buffer.alloc(0);
  let end = 0;
  let text = '';
  for (const row of rows) {
    text += lineOf(row);
    if (text.length < textCharacters) continue;
    if (end + text.length * bytesPerCharacter > block.length) {
      if (end > 0) yield block.subarray(0, end);
      block = Buffer.allocUnsafe(blockBytes);
      end = 0;
    }
    end += block.write(text, end);
    text = '';
  }
  if (end > 0) yield block.subarray(0, end);
  if (text !== '') yield Buffer.from(text);
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
