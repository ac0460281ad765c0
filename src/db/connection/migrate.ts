import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { advisoryLocks } from './advisory-locks.ts';
import type { Database } from './database.ts';

const settings = {
  directory: fileURLToPath(new URL('../../../migrations', import.meta.url)),
  loadExtensions: ['.ts'],
};

/** The status that `npm run migrate` ends with on an OtherSchemaError. */
export const otherSchemaStatus = 3;

/** The database has migrations that this version does not know. Nothing was changed. */
export class OtherSchemaError extends Error {
  override name = 'OtherSchemaError';

  constructor(cause: Error) {
    super(
      `The schema of the database is that of another version of Tallyflow. Run that version, or create the database anew. (${cause.message})`,
      { cause },
    );
  }
}

/** How often a process that waits for the lock asks for it. */
const pollMs = 200;

/**
 * Brings the schema to the newest version. Any number of processes may do so at once: one migrates,
 * the others wait. Returns the names of the migrations that this call ran. Throws an OtherSchemaError.
 */
export async function migrate(database: Database): Promise<string[]> {
  return exclusively(database, async () => {
    try {
      const [, names] = (await database.migrate.latest(settings)) as [number, string[]];
      return names;
    } catch (error) {
      // Knex has neither a class nor a code for this.
      const isOther = error instanceof Error && /directory is corrupt.*missing/.test(error.message);
      throw isOther ? new OtherSchemaError(error) : error;
    }
  });
}

/** Takes back every migration, and with it all data. */
export async function migrateDown(database: Database): Promise<void> {
  await exclusively(database, () => database.migrate.rollback(settings, true));
}

/**
 * Knex's own lock fails those who come second, and stays locked when its holder dies. A lock of
 * PostgreSQL makes them wait, and ends with its connection; so whoever has it may free Knex's. It is asked
 * for again and again: a statement that waits would keep an index from being built beside it.
 */
async function exclusively<Result>(
  database: Database,
  work: () => Promise<Result>,
): Promise<Result> {
  const connection = await database.client.acquireConnection();
  try {
    while (!(await isTaken(database, connection))) await sleep(pollMs);
    await database.migrate.forceFreeMigrationsLock(settings);
    return await work();
  } finally {
    await database
      .raw(`SELECT pg_advisory_unlock(${advisoryLocks.migrations})`)
      .connection(connection);
    await database.client.releaseConnection(connection);
  }
}

async function isTaken(database: Database, connection: object): Promise<boolean> {
  const { rows } = await database
    .raw(`SELECT pg_try_advisory_lock(${advisoryLocks.migrations}) AS "isTaken"`)
    .connection(connection);
  return rows[0].isTaken;
}
