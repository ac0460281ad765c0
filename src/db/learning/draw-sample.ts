import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Database, Transaction } from '../connection/database.ts';

/** A quarter of an hour's work for one person each week. */
const sampleSize = 50;
/** Ids looked up at once. Each is a row of the primary key, and of these most are taken. */
const idsPerRound = 1_000;
/** Bounds the work if next to no row fits: 20,000 look-ups take some tenths of a second. */
const maxRounds = 20;

const thisWeek = `date_trunc('week', now() AT TIME ZONE 'UTC')::date`;
const isRecent = `b.status = 'completed' AND b.finished_at >= now() - interval '7 days'`;

export interface WeeklySample {
  /** The Monday of the week. */
  week: string;
  /** In random order, which is the same each time. */
  transactionIds: number[];
}

/**
 * Returns the automatic decisions that are to be confirmed this week, and draws them if nobody has asked before: 50
 * of the last 7 days, each with the same probability. Two that ask at once get the same ones. A week without any yet is
 * drawn the next time.
 *
 * Ids are drawn at random between the first and the last of these days, and those that don't fit are drawn again, so
 * that the work doesn't grow with the table.
 *
 * @param readDatabase what is drawn already is read from it, so that readers take no connections from batches
 */
export async function drawSample(
  database: Database,
  readDatabase: Database,
): Promise<WeeklySample> {
  const known = await readSample(readDatabase);
  if (known.transactionIds.length > 0) return known;
  return database.transaction(async (trx) => {
    await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.sampledDecisions})`);
    const drawn = await readSample(trx);
    if (drawn.transactionIds.length > 0) return drawn;
    await trx.raw(
      `INSERT INTO sampled_decisions (week, transaction_id) SELECT ${thisWeek}, unnest(?::bigint[])`,
      [await drawIds(trx)],
    );
    return readSample(trx);
  });
}

/** Whether the row was drawn, in this week or before. */
export async function isSampled(database: Database, transactionId: number): Promise<boolean> {
  const found = await database('sampled_decisions').where({ transactionId }).first('week');
  return found !== undefined;
}

async function readSample(database: Database): Promise<WeeklySample> {
  const { rows } = await database.raw<{ rows: { week: string; transactionId: number | null }[] }>(
    `SELECT this.week, s.transaction_id AS "transactionId"
       FROM (SELECT ${thisWeek} AS week) AS this
       LEFT JOIN sampled_decisions s ON s.week = this.week
      ORDER BY md5(s.transaction_id::text)`,
  );
  return {
    week: rows[0]?.week as string,
    transactionIds: rows.flatMap(({ transactionId }) => transactionId ?? []),
  };
}

async function drawIds(trx: Transaction): Promise<number[]> {
  const { rows } = await trx.raw<{ rows: { first: number | null; last: number }[] }>(
    `SELECT min(first_transaction_id) AS first, max(last_transaction_id) AS last FROM batches b WHERE ${isRecent}`,
  );
  const { first, last } = rows[0] ?? { first: null, last: 0 };
  if (first === null) return [];
  const drawn = new Set<number>();
  const count = last - first + 1;
  // All ids are looked up if they are few enough.
  const rounds = count <= idsPerRound * maxRounds ? Math.ceil(count / idsPerRound) : maxRounds;
  const isFew = rounds < maxRounds;
  const order = isFew ? shuffled(first, count) : [];
  for (let round = 0; round < rounds && drawn.size < sampleSize; round++) {
    const ids = isFew
      ? order.slice(round * idsPerRound, (round + 1) * idsPerRound)
      : Array.from({ length: idsPerRound }, () => first + Math.floor(Math.random() * count));
    const fitting = await keepAutomatic(trx, ids);
    // In the order in which they were drawn, or else low ids would be more probable.
    for (const id of ids) if (fitting.has(id) && drawn.size < sampleSize) drawn.add(id);
  }
  return [...drawn];
}

/** Decisions that somebody has corrected since are automatic ones too. Without them, the others would look better. */
async function keepAutomatic(trx: Transaction, ids: readonly number[]): Promise<Set<number>> {
  const { rows } = await trx.raw<{ rows: { id: number }[] }>(
    `SELECT t.id
       FROM transactions t
       JOIN batches b ON b.id = t.batch_id
       LEFT JOIN labels l ON l.transaction_id = t.id
      WHERE t.id = ANY (?::bigint[]) AND ${isRecent}
        AND CASE WHEN t.category_source = 'manual' THEN l.decided_category_id ELSE t.category_id END IS NOT NULL
        AND CASE WHEN t.category_source = 'manual' THEN l.decided_source ELSE t.category_source END IS NOT NULL`,
    [ids as number[]],
  );
  return new Set(rows.map(({ id }) => id));
}

function shuffled(first: number, count: number): number[] {
  const ids = Array.from({ length: count }, (_, place) => first + place);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [ids[last], ids[other]] = [ids[other] as number, ids[last] as number];
  }
  return ids;
}
