import type { Database } from './database.ts';

/**
 * Whether the server's log leaves out what its errors quote of rows. Only a superuser can set it, so that a
 * connection can ask for it, and not see to it itself.
 */
export async function isServerLogTerse(database: Database): Promise<boolean> {
  const { rows } = await database.raw<{ rows: [{ verbosity: string }] }>(
    `SELECT current_setting('log_error_verbosity') AS verbosity`,
  );
  return rows[0].verbosity === 'terse';
}
