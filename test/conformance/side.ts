import type { Database } from '../../src/db/connection/database.ts';
import type { Case, StoredRow } from './case.ts';
import { type Answer, type Client, forEach } from './send.ts';

/** One of the two that take batches. */
export interface Side {
  client: Client;
  /** What the batches end in. */
  database: Database;
  /** Resolves when these batches are stored. */
  settle(batchIds: string[]): Promise<void>;
}

/** What a batch has left in the database. */
export interface StoredBatch {
  transaction_count: number;
  duplicate_count: number;
  conflict_count: number;
  request_id: string | null;
  status: string;
  isBound: boolean;
  conflicts: {
    row: number;
    account_id: string;
    transaction_id: string;
    fields: string[];
    ofItself: boolean;
  }[];
  rows: StoredRow[];
}

export interface Outcome {
  answer: Answer;
  /** Undefined where nothing was accepted. */
  batch: StoredBatch | undefined;
}

/** Sends the steps of all cases, and reads what they have left once all of it is stored. */
export async function run(side: Side, cases: readonly Case[]): Promise<Outcome[][]> {
  const answers = await forEach(cases, async ({ name, steps }) => {
    const given: Answer[] = [];
    for (const { request } of steps) {
      const answer = await side.client.send(request).catch((error: unknown) => {
        throw new Error(`${name}: the connection broke`, { cause: error });
      });
      given.push(answer);
      // Kafka does not keep the order of batches, so the next step of a case comes after this one is stored.
      const id = idOf(answer);
      if (id !== undefined && steps.length > 1) await side.settle([id]);
    }
    return given;
  });
  const ids = new Set(answers.flat().flatMap((answer) => idOf(answer) ?? []));
  await side.settle([...ids]);
  const stored = await readBatches(side.database, [...ids]);
  return answers.map((given) =>
    given.map((answer) => ({ answer, batch: stored.get(idOf(answer) ?? '') })),
  );
}

const idOf = ({ status, text }: Answer): string | undefined =>
  status === 202 ? (JSON.parse(text) as { batch_id: string }).batch_id : undefined;

async function readBatches(database: Database, ids: string[]): Promise<Map<string, StoredBatch>> {
  const { rows } = await database.raw<{ rows: { id: string; batch: StoredBatch }[] }>(
    `SELECT id, json_build_object(
              'transaction_count', transaction_count, 'duplicate_count', duplicate_count,
              'conflict_count', conflict_count, 'request_id', request_id, 'status', status,
              'isBound', bound_lineage_id IS NOT NULL,
              'conflicts', (
                SELECT coalesce(json_agg(json_build_object(
                         'row', row_index, 'account_id', account_id, 'transaction_id', transaction_id,
                         'fields', fields, 'ofItself', stored_batch_id = b.id) ORDER BY row_index), '[]')
                  FROM batch_conflicts c WHERE c.batch_id = b.id),
              'rows', (
                SELECT coalesce(json_agg(json_build_object(
                         'account_id', account_id, 'transaction_id', transaction_id, 'amount', amount::text,
                         'currency', currency, 'date', date::text, 'merchant_name', merchant_name,
                         'description', description) ORDER BY t.id), '[]')
                  FROM transactions t WHERE t.batch_id = b.id)) AS batch
       FROM batches b WHERE id = ANY(?)`,
    [ids],
  );
  return new Map(rows.map(({ id, batch }) => [id, batch]));
}
