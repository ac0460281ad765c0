import type { Database } from '../connection/database.ts';

/** The acceptance of suggestions that set a row by hand, unless somebody has set it since. */
export async function acceptanceOf(
  database: Database,
  transactionId: number,
): Promise<string | null> {
  const label = await database('labels')
    .where({ transaction_id: transactionId })
    .first<{ acceptanceId: string | null } | undefined>('acceptance_id');
  return label?.acceptanceId ?? null;
}
