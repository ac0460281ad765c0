import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Starts PostgreSQL, Temporal and Redis for all suites, on free ports, in a folder that global-teardown deletes. It is
 * plain JavaScript with native imports, since Jest runs it outside its own module loader.
 */
export default async function globalSetup() {
  const { startServers } = await import('../../src/local/servers/servers.ts');
  // Builds the bundle, so that tests run the workflows as they are now.
  await import('../../src/workflows/bundle.ts');
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tallyflow-test-'));
  const servers = await startServers({ dataDir, temporalCli: process.env.TEMPORAL_CLI });
  const { createTemplate } = await import('./test-database.ts');
  await createTemplate(servers.databaseUrl);
  process.env.TEST_DATABASE_URL = servers.databaseUrl;
  process.env.TEST_TEMPORAL_ADDRESS = servers.temporalAddress;
  process.env.TEST_REDIS_URL = servers.redisUrl ?? '';
  process.env.TEST_SERVER_LOGS = path.join(dataDir, 'logs');
  globalThis.testServers = { dataDir, stop: () => servers.stop() };
}
