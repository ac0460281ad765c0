import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { generateApiKey } from '../domain/api-key.ts';
import { generatePassword } from '../domain/password.ts';
import { sweepScheduleId } from '../temporal/sweep-schedule.ts';
import { createApiClient } from './api-client.ts';
import { startApplication } from './application.ts';
import { claimDataDir } from './claim-data-dir.ts';
import { runDemo } from './demo.ts';
import { describeStack } from './describe-stack.ts';
import { reservePorts } from './ports.ts';
import { resetState } from './reset-state.ts';
import { readOrCreateSecret } from './secret-file.ts';
import { serverPorts, startServers } from './servers.ts';
import { applicationPorts, checkout, type LocalSettings } from './settings.ts';
import { offerStarterCategories } from './starter-categories.ts';

export interface RunOptions {
  demo: boolean;
  reset: boolean;
}

async function migrate(databaseUrl: string, signal: AbortSignal): Promise<void> {
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  const file = path.join(checkout, 'src/migrate.ts');
  await promisify(execFile)(process.execPath, [file], { env, signal });
}

/** Resolves when the signal comes. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * Runs the whole stack until `stopping` aborts, and throws its reason: servers, then migrations, then API
 * and worker. Stops it in the opposite order, however it ends. A server that dies aborts `stopping` itself.
 */
export async function runStack(
  options: RunOptions,
  settings: LocalSettings,
  stopping: AbortController,
  log: (message: string) => void,
): Promise<void> {
  const { signal } = stopping;
  const { dataDir, config } = settings;
  await using stack = new AsyncDisposableStack();
  await mkdir(dataDir, { recursive: true });
  stack.defer(await claimDataDir(dataDir, log));
  if (options.reset) {
    log(`Deleting the data in ${dataDir}`);
    await resetState(dataDir);
  }

  // All ports are checked before anything starts, so that every busy one is named at once.
  const ports = await reservePorts([...serverPorts(settings), ...applicationPorts(settings)]);
  log('Starting the servers …');
  const servers = await startServers({
    ...settings,
    postgresPort: ports.POSTGRES_PORT,
    temporalPort: ports.TEMPORAL_PORT,
    temporalUiPort: ports.TEMPORAL_UI_PORT,
    redisPort: ports.REDIS_PORT,
    temporalNamespace: config.TEMPORAL_NAMESPACE,
    log,
    signal,
  });
  stack.defer(() => servers.stop());
  void servers.died.then((error) => {
    log('\nA server ended by itself; stopping the rest …');
    stopping.abort(error);
  });

  await migrate(servers.databaseUrl, signal);
  const apiKey =
    config.BOOTSTRAP_API_KEY ??
    (await readOrCreateSecret(path.join(dataDir, 'api-key'), generateApiKey));
  const adminPassword =
    config.ADMIN_PASSWORD ??
    (await readOrCreateSecret(path.join(dataDir, 'admin-password'), generatePassword));
  const { baseUrl } = await startApplication({
    settings,
    servers,
    apiPort: ports.PORT ?? 0,
    apiKey,
    adminPassword,
    stack,
    log,
    signal,
  });

  const api = createApiClient(baseUrl, apiKey, signal);
  const temporalUiUrl = servers.temporalUiUrl ?? config.TEMPORAL_UI_URL;
  await offerStarterCategories(api, { isWanted: options.demo, log, signal });
  if (options.demo) {
    const schedules = `${temporalUiUrl}/namespaces/${config.TEMPORAL_NAMESPACE}/schedules`;
    const demo = { api, scheduleUrl: `${schedules}/${sweepScheduleId}`, log, signal };
    // The stack stays up when the demo fails, so that the reason can be looked for in its UI and logs.
    await runDemo(demo).catch((error: Error) => log(`The demo failed: ${error.message}`));
  }
  signal.throwIfAborted();
  const passwordFile = settings.databaseUrl ? undefined : path.join(dataDir, 'postgres-password');
  const admin = { email: config.ADMIN_EMAIL, password: adminPassword };
  log(describeStack({ ...servers, baseUrl, apiKey, admin, dataDir, temporalUiUrl, passwordFile }));
  await aborted(signal);
  signal.throwIfAborted();
}
