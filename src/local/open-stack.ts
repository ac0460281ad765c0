import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { otherSchemaStatus } from '../db/connection/migrate.ts';
import { generateApiKey } from '../domain/api-key.ts';
import { generatePassword } from '../domain/credentials/password.ts';
import { temporalSecurity } from '../outgoing-connections.ts';
import { startApplication } from './application.ts';
import { reservePorts } from './ports.ts';
import { readOrCreateSecret } from './secret-file.ts';
import { type Servers, serverPorts, startServers } from './servers.ts';
import { applicationPorts, checkout, type LocalSettings } from './settings.ts';

export interface OpenStack {
  settings: LocalSettings;
  servers: Servers;
  /** The address of the API and the console. */
  baseUrl: string;
  apiKey: string;
  adminPassword: string;
}

/**
 * Starts the servers, runs the migrations, then starts the API and the worker. `stack` stops them. A process that
 * dies is restarted; if that fails too often, `stopping` is aborted.
 */
export async function openStack(
  settings: LocalSettings,
  stopping: AbortController,
  stack: AsyncDisposableStack,
  log: (message: string) => void,
): Promise<OpenStack> {
  const { signal } = stopping;
  const { dataDir, config } = settings;
  // All ports are checked before anything starts, so that one error names every busy port.
  const ports = await reservePorts([...serverPorts(settings), ...applicationPorts(settings)]);
  log('Starting the servers …');
  const servers = await startServers({
    ...settings,
    postgresPort: ports.POSTGRES_PORT,
    temporalPort: ports.TEMPORAL_PORT,
    temporalUiPort: ports.TEMPORAL_UI_PORT,
    redisPort: ports.REDIS_PORT,
    temporalNamespace: config.TEMPORAL_NAMESPACE,
    temporalSecurity: temporalSecurity(config),
    log,
    signal,
  });
  stack.defer(() => servers.stop());
  const stopAll = (error: Error) => {
    log('\nA process keeps failing. Stopping the others …');
    stopping.abort(error);
  };
  void servers.failed.then(stopAll);

  await migrate(settings, servers.databaseUrl, signal);
  const apiKey =
    config.BOOTSTRAP_API_KEY ??
    (await readOrCreateSecret(path.join(dataDir, 'api-key'), generateApiKey));
  const adminPassword =
    config.ADMIN_PASSWORD ??
    (await readOrCreateSecret(path.join(dataDir, 'admin-password'), generatePassword));
  const { baseUrl, failed } = await startApplication({
    settings,
    servers,
    apiPort: ports.PORT ?? 0,
    apiKey,
    adminPassword,
    stack,
    log,
    signal,
  });
  void failed.then(stopAll);
  return { settings, servers, baseUrl, apiKey, adminPassword };
}

async function migrate(
  settings: LocalSettings,
  databaseUrl: string,
  signal: AbortSignal,
): Promise<void> {
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  const file = path.join(checkout, 'src/migrate.ts');
  await promisify(execFile)(process.execPath, [file], { env, signal }).catch((error) => {
    if (error.code !== otherSchemaStatus) throw error;
    throw new Error(
      settings.databaseUrl === undefined
        ? `The data in ${settings.dataDir} belongs to another version of Tallyflow. Start with --reset to delete it and start afresh.`
        : 'The database of DATABASE_URL belongs to another version of Tallyflow. Recreate it, or use another one.',
    );
  });
}
