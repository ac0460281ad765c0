import type { Database } from '../connection/database.ts';

/** Tokens that are set aside for a call. They are charged to the day of the reservation, whenever the call ends. */
export interface Reservation {
  /** The day (UTC), YYYY-MM-DD. */
  day: string;
  tokenCount: number;
}

/**
 * Sets tokens aside. Null when they would exceed the day's budget, together with all that is used or set aside. One
 * statement decides, so that calls at once don't exceed it either.
 */
export async function reserveTokens(
  database: Database,
  tokenCount: number,
  dailyTokens: number,
): Promise<Reservation | null> {
  const { rows } = await database.raw<{ rows: { day: string }[] }>(
    `INSERT INTO language_model_tokens AS t (day, reserved_count)
       SELECT (now() AT TIME ZONE 'UTC')::date, :tokenCount::bigint
        WHERE :tokenCount::bigint <= :dailyTokens::bigint
     ON CONFLICT (day) DO UPDATE SET reserved_count = t.reserved_count + excluded.reserved_count
       WHERE t.used_count + t.reserved_count + excluded.reserved_count <= :dailyTokens::bigint
     RETURNING day`,
    { tokenCount, dailyTokens },
  );
  return rows[0] === undefined ? null : { day: rows[0].day, tokenCount };
}

/** Charges what a call has used, and gives back the rest. A reservation that is never settled stays charged. */
export async function settleTokens(
  database: Database,
  { day, tokenCount }: Reservation,
  usedCount: number,
): Promise<void> {
  await database('language_model_tokens')
    .where({ day })
    .update({
      used_count: database.raw('used_count + ?', [usedCount]),
      reserved_count: database.raw('reserved_count - ?', [tokenCount]),
    });
}
