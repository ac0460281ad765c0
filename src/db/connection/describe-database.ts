import type { Database } from './database.ts';

export interface DatabaseDescription {
  /** The version of the server, such as 18.4. */
  version: string;
  sizeBytes: number;
}

export async function describeDatabase(database: Database): Promise<DatabaseDescription> {
  const { rows } = await database.raw<{ rows: [DatabaseDescription] }>(
    // Distributions may add a text behind the number.
    `SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
            pg_database_size(current_database()) AS "sizeBytes"`,
  );
  return rows[0];
}
