import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { livingProcesses } from '../../src/local/processes/process-record.ts';
import { checkout } from '../../src/local/settings.ts';
import {
  printedAccess,
  runStart,
  type Start,
  startCommand,
  startTimeoutMs as timeoutMs,
  untilRunning,
} from '../helpers/run-start.ts';

const starterCategories: string[] = JSON.parse(
  readFileSync(path.join(checkout, 'samples/starter-categories.json'), 'utf8'),
).categories.map(({ name }: { name: string }) => name);

let dataDir: string;
const starts: Start[] = [];

function start(options: string[], env: NodeJS.ProcessEnv = {}): Start {
  const started = runStart(startCommand(...options), dataDir, env);
  starts.push(started);
  return started;
}

beforeAll(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'tallyflow-start-'));
});

afterAll(async () => {
  for (const { process: child } of starts) child.kill('SIGTERM');
  await Promise.all(starts.map(({ exit }) => exit));
  rmSync(dataDir, { recursive: true, force: true });
}, timeoutMs);

describe('script/start', () => {
  let running: Start;

  it(
    'captures, processes and reports on the sample batch with --demo',
    async () => {
      running = start(['--demo']);
      await untilRunning(running);
      const output = running.output();
      expect(output).toMatch(/Imported \d+ categories with \d+ patterns/);
      expect(output).toMatch(/completed, 1000 of 1000 rows/);
      expect(output).toMatch(/Account acc-\d+, [-\d]+ to [-\d]+/);
      // Which ones they are depends on an account of random rows.
      const [, table = ''] = /Top spending.*\n((?: {2}\S.*\n)+)/.exec(output) ?? [];
      const names = [...table.matchAll(/^ {2}(.+?) {2,}/gm)].map(([, name]) => name);
      expect([...starterCategories, 'Uncategorized']).toEqual(expect.arrayContaining(names));
      expect(names.filter((name) => name !== 'Uncategorized')).not.toEqual([]);
    },
    timeoutMs,
  );

  it('prints an API key that opens the API, and keeps it readable for its user only', async () => {
    const { url, apiKey } = printedAccess(running);
    const headers = { authorization: `Bearer ${apiKey}` };
    expect((await fetch(`${url}/api/integrations/batches`, { headers })).status).toBe(200);
    expect(readFileSync(path.join(dataDir, 'api-key'), 'utf8')).toBe(`${apiKey}\n`);
    for (const file of ['api-key', 'postgres-password']) {
      expect(statSync(path.join(dataDir, file)).mode & 0o777).toBe(0o600);
    }
  });

  it('does not print the password of the database', () => {
    const password = readFileSync(path.join(dataDir, 'postgres-password'), 'utf8').trim();
    expect(running.output()).not.toContain(password);
  });

  it('refuses a second start on the same data', async () => {
    const second = start([]);
    expect(await second.exit).toEqual([1, null]);
    expect(second.output()).toContain(`Another start (process ${running.process.pid})`);
  });

  it('names the busy port', async () => {
    const { port } = new URL(printedAccess(running).url);
    const second = start([], { DATA_DIR: path.join(dataDir, 'other'), PORT: port });
    expect(await second.exit).toEqual([1, null]);
    expect(second.output()).toContain(`PORT ${port} is in use; set PORT=…`);
  });

  it(
    'stops every process on SIGTERM',
    async () => {
      expect(
        livingProcesses(dataDir)
          .map(({ name }) => name)
          .sort(),
      ).toEqual(['api', 'postgres', 'redis', 'start', 'temporal', 'worker']);
      running.process.kill('SIGTERM');
      expect(await running.exit).toEqual([0, null]);
      expect(livingProcesses(dataDir)).toEqual([]);
    },
    timeoutMs,
  );

  it(
    'goes on with the same data and the same key',
    async () => {
      const { apiKey } = printedAccess(running);
      running = start([]);
      await untilRunning(running);
      const { url } = printedAccess(running);
      const headers = { authorization: `Bearer ${apiKey}` };
      const answer = await fetch(`${url}/api/integrations/batches`, { headers });
      expect(await answer.json()).toMatchObject({ data: [{ transaction_count: 1000 }] });
    },
    timeoutMs,
  );

  it(
    'refuses the data of another version, and names the option that deletes it',
    async () => {
      const address = new URL(/PostgreSQL +(postgres\S+)/.exec(running.output())?.[1] as string);
      address.password = readFileSync(path.join(dataDir, 'postgres-password'), 'utf8').trim();
      const client = new pg.Client({ connectionString: address.href });
      await client.connect();
      await client.query(`INSERT INTO knex_migrations (name) VALUES ('20261124000000_initial.ts')`);
      await client.end();
      running.process.kill('SIGINT');
      expect(await running.exit).toEqual([0, null]);
      const next = start([]);
      expect(await next.exit).toEqual([1, null]);
      expect(next.output()).toContain(
        `The data in ${dataDir} belongs to another version of Tallyflow. Start with --reset`,
      );
      expect(next.output()).not.toContain('at ');
    },
    timeoutMs,
  );

  it('rejects an unknown option and says where the known ones are', async () => {
    const wrong = start(['--dmeo']);
    expect(await wrong.exit).toEqual([2, null]);
    expect(wrong.output()).toMatch(/--dmeo.*script\/start --help/s);
  });
});
