import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { Redis } from 'ioredis';
import pg from 'pg';
import { batchIdsAttribute, batchStatusAttribute } from '../../src/domain/search-attribute.ts';
import { livingProcesses } from '../../src/local/processes/process-record.ts';
import { type Servers, startServers } from '../../src/local/servers/servers.ts';

/** A first start on a machine that is busy with other suites. */
const startTimeoutMs = 120_000;

let dataDir: string;
let servers: Servers;

async function query(text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: servers.databaseUrl });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function withTemporal<Result>(use: (client: Client) => Promise<Result>): Promise<Result> {
  const connection = await Connection.connect({ address: servers.temporalAddress });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

const pids = () => livingProcesses(dataDir).map(({ pid }) => pid);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'tallyflow-servers-'));
  servers = await startServers({ dataDir });
}, startTimeoutMs);

afterAll(async () => {
  await servers?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}, startTimeoutMs);

describe('startServers', () => {
  it('starts a PostgreSQL that keeps what it has committed', async () => {
    expect(await query('SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    expect(await query('SHOW fsync')).toEqual([{ fsync: 'on' }]);
    expect(await query('SHOW server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
  });

  it('starts a Temporal that knows the search attribute of batches', async () => {
    const attributes = await withTemporal(({ connection }) =>
      connection.operatorService.listSearchAttributes({ namespace: 'default' }),
    );
    expect(Object.keys(attributes.customAttributes)).toEqual(
      expect.arrayContaining([batchIdsAttribute, batchStatusAttribute]),
    );
  });

  it('serves the Temporal UI', async () => {
    expect((await fetch(servers.temporalUiUrl ?? '')).status).toBe(200);
  });

  it('starts a Redis that is bounded and keeps nothing on disk', async () => {
    const redis = new Redis(servers.redisUrl ?? '');
    expect(await redis.config('GET', 'maxmemory-policy')).toEqual([
      'maxmemory-policy',
      'allkeys-lru',
    ]);
    expect(await redis.config('GET', 'save')).toEqual(['save', '']);
    redis.disconnect();
  });

  it(
    'stops every process, and finds its data again at the next start',
    async () => {
      await query("CREATE TABLE kept AS SELECT 'still here' AS note");
      await withTemporal(async (client) => {
        const options = { workflowId: 'kept', taskQueue: 'nobody' };
        await client.workflow.start('Anything', options);
      });
      const started = pids();
      expect(started).toHaveLength(3);

      await servers.stop();
      expect(started.filter(isRunning)).toEqual([]);
      expect(pids()).toEqual([]);

      servers = await startServers({ dataDir });
      expect(await query('SELECT note FROM kept')).toEqual([{ note: 'still here' }]);
      const { status } = await withTemporal((client) =>
        client.workflow.getHandle('kept').describe(),
      );
      expect(status.name).toBe('RUNNING');
    },
    startTimeoutMs,
  );

  it(
    'gives up on the start when it is asked to, and leaves nothing running',
    async () => {
      await servers.stop();
      const signal = AbortSignal.timeout(100);
      await expect(startServers({ dataDir, signal })).rejects.toThrow('aborted due to timeout');
      expect(pids()).toEqual([]);
    },
    startTimeoutMs,
  );
});
