import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { advisoryLocks } from './advisory-locks.ts';
import type { Database, Transaction } from './database.ts';
import { isUniqueViolation } from './errors.ts';

/** The role that reads and writes data, and cannot change the schema. */
export interface LimitedRole {
  name: string;
  password: string;
}

const all = 'SELECT, INSERT, UPDATE, DELETE';
/** The log of changes only grows; batches, their rows, users and keys are never taken away. */
const lessThanAll: Record<string, string> = {
  audit_log: 'SELECT, INSERT',
  batches: 'SELECT, INSERT, UPDATE',
  batch_conflicts: 'SELECT, INSERT',
  transactions: 'SELECT, INSERT, UPDATE',
  admin_users: 'SELECT, INSERT, UPDATE',
  api_keys: 'SELECT, INSERT, UPDATE',
  knex_migrations: 'SELECT',
  knex_migrations_lock: 'SELECT',
};

/**
 * Gives a role the rights that the API and the worker need, and takes all others from it; creates the role
 * where there is none, which wants CREATEROLE. Safe to repeat, and to be repeated after each migration,
 * whose tables are then among them.
 */
export async function grantRights(database: Database, role: LimitedRole): Promise<void> {
  await database.transaction(async (trx) => {
    // Two migrations at once would otherwise change the same entries of the catalogue.
    await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.rights})`);
    await ensureRole(trx, role);
    const tables: string[] = await trx('pg_tables')
      .whereRaw('schemaname = current_schema()')
      .pluck('tablename');
    for (const table of tables) {
      await trx.raw('REVOKE ALL ON ?? FROM ??', [table, role.name]);
      await trx.raw(`GRANT ${lessThanAll[table] ?? all} ON ?? TO ??`, [table, role.name]);
    }
    await trx.raw('REVOKE CREATE ON SCHEMA public FROM PUBLIC, ??', [role.name]);
    // Ids of a batch's rows are handed out in blocks, which sets the sequence.
    await trx.raw('GRANT USAGE, UPDATE ON SEQUENCE transactions_id_seq TO ??', [role.name]);
  });
}

async function ensureRole(trx: Transaction, { name, password }: LimitedRole): Promise<void> {
  const known = await trx('pg_roles').where({ rolname: name }).first('rolname');
  if (known !== undefined) return;
  const create = (savepoint: Transaction) =>
    // CREATE ROLE takes no parameters; what the verifier is made of needs no quoting.
    savepoint.raw(`CREATE ROLE ?? LOGIN PASSWORD '${scramVerifier(password)}'`, [name]);
  // Roles are of the whole server: somebody who migrates another of its databases may just have created it.
  await trx.transaction(create).catch((error: unknown) => {
    if (!isUniqueViolation(error)) throw error;
  });
}

const iterations = 4096;

/** RFC 5802, in the form that PostgreSQL stores: so the password is in no statement that a server may log. */
function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, 32, 'sha256');
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(keyed('Client Key')).digest('base64');
  const serverKey = keyed('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
