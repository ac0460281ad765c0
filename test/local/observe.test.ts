import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { livingProcesses } from '../../src/local/processes/process-record.ts';
import {
  printedAccess,
  runStart,
  type Start,
  startCommand,
  startTimeoutMs,
  untilRunning,
} from '../helpers/run-start.ts';
import { waitFor } from '../helpers/wait-for.ts';

interface Target {
  labels: { job: string };
  health: string;
  lastScrape: string;
}
interface Alert {
  labels: { alertname: string; job?: string };
  state: string;
}

/** Stands for Jaeger, which no package brings: listens where its configuration says, and notes what it is sent. */
const jaegerStandIn = `#!${process.execPath}
const fs = require('node:fs');
const http = require('node:http');
const [, , option, file] = process.argv;
const { extensions, receivers } = JSON.parse(fs.readFileSync(file, 'utf8'));
const listen = (endpoint, handle) => {
  const [host, port] = endpoint.split(':');
  http.createServer((request, response) => {
    handle(request);
    response.end();
  }).listen(port, host);
};
listen(extensions.jaeger_query.http.endpoint, () => {});
listen(receivers.otlp.protocols.http.endpoint, ({ url }) => {
  fs.appendFileSync(process.env.RECEIVED_FILE, url + '\\n');
});
`;

let directory: string;
let dataDir: string;
let receivedFile: string;
let stack: Start;
let prometheusUrl: string;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'tallyflow-observe-'));
  dataDir = path.join(directory, 'data');
  receivedFile = path.join(directory, 'received');
  const programs = path.join(directory, 'bin');
  mkdirSync(programs);
  writeFileSync(path.join(programs, 'jaeger'), jaegerStandIn, { mode: 0o755 });
  stack = runStart(startCommand('--observe'), dataDir, {
    PATH: `${programs}${path.delimiter}${process.env.PATH}`,
    RECEIVED_FILE: receivedFile,
  });
  await untilRunning(stack);
  prometheusUrl = /Metrics +(http:\/\/[^/]+)/.exec(stack.output())?.[1] ?? '';
}, startTimeoutMs);

afterAll(async () => {
  stack.process.kill('SIGTERM');
  await stack.exit;
  rmSync(directory, { recursive: true, force: true });
}, startTimeoutMs);

async function read<Data>(resource: string): Promise<Data> {
  const answer = await fetch(`${prometheusUrl}/api/v1/${resource}`);
  return ((await answer.json()) as { data: Data }).data;
}

const targets = async () => (await read<{ activeTargets: Target[] }>('targets')).activeTargets;
const worker = () => livingProcesses(dataDir).find(({ name }) => name === 'worker')?.pid;

async function stateOf(alertname: string, job: string): Promise<string | undefined> {
  const { alerts } = await read<{ alerts: Alert[] }>('alerts');
  return alerts.find(({ labels }) => labels.alertname === alertname && labels.job === job)?.state;
}

describe('script/start --observe', () => {
  it('prints where metrics, alerts and traces are', () => {
    expect(stack.output()).toMatch(/Metrics +http:\/\/127\.0\.0\.1:\d+\/graph, alerts in http/);
    expect(stack.output()).toMatch(/Traces +http:\/\/127\.0\.0\.1:\d+$/m);
  });

  it('names the port of Prometheus if it is busy', async () => {
    const { port } = new URL(prometheusUrl);
    const env = { DATA_DIR: path.join(directory, 'other'), PROMETHEUS_PORT: port };
    const second = runStart(startCommand('--observe'), dataDir, env);
    expect(await second.exit).toEqual([1, null]);
    expect(second.output()).toContain(`PROMETHEUS_PORT ${port} is in use; set PROMETHEUS_PORT=…`);
  });

  it(
    'reads the metrics of every process',
    async () => {
      const jobs = ['tallyflow-api', 'tallyflow-temporal-sdk', 'tallyflow-worker'];
      const isUp = ({ health }: Target) => health === 'up';
      await waitFor(async () => (await targets()).filter(isUp).length === jobs.length);
      expect((await targets()).map(({ labels }) => labels.job).toSorted()).toEqual(jobs);
    },
    startTimeoutMs,
  );

  it(
    'sends Jaeger every trace, and nothing that it does not take',
    async () => {
      const { url, apiKey } = printedAccess(stack);
      const headers = { authorization: `Bearer ${apiKey}` };
      const isReceived = async () => {
        await fetch(`${url}/api/integrations/batches`, { headers });
        return existsSync(receivedFile);
      };
      await waitFor(isReceived);
      const received = readFileSync(receivedFile, 'utf8').trim().split('\n');
      expect(new Set(received)).toEqual(new Set(['/v1/traces']));
    },
    startTimeoutMs,
  );

  it('has loaded the rules', async () => {
    const { groups } = await read<{ groups: { name: string }[] }>('rules');
    expect(groups.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['tallyflow-objective-alerts', 'tallyflow-processes']),
    );
  });

  it(
    'alerts when a worker no longer answers, and no longer when it is back',
    async () => {
      const pid = worker() as number;
      process.kill(pid, 'SIGSTOP');
      try {
        // It fires after two minutes.
        await waitFor(
          async () => (await stateOf('TallyflowProcessDown', 'tallyflow-worker')) === 'pending',
        );
        expect(await stateOf('TallyflowProcessDown', 'tallyflow-api')).toBeUndefined();
      } finally {
        process.kill(pid, 'SIGCONT');
      }
      await waitFor(
        async () => (await stateOf('TallyflowProcessDown', 'tallyflow-worker')) === undefined,
      );
    },
    startTimeoutMs,
  );

  it(
    'reads from a process that was started again',
    async () => {
      const killed = worker() as number;
      process.kill(killed, 'SIGKILL');
      await waitFor(async () => worker() !== undefined && worker() !== killed);
      const restartedAt = Date.now();
      await waitFor(async () => {
        const { health, lastScrape } = (await targets()).find(
          ({ labels }) => labels.job === 'tallyflow-worker',
        ) as Target;
        return health === 'up' && Date.parse(lastScrape) > restartedAt;
      });
    },
    startTimeoutMs,
  );

  it(
    'stops Prometheus and Jaeger, too',
    async () => {
      const names = livingProcesses(dataDir).map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['jaeger', 'prometheus']));
      stack.process.kill('SIGTERM');
      expect(await stack.exit).toEqual([0, null]);
      expect(livingProcesses(dataDir)).toEqual([]);
    },
    startTimeoutMs,
  );
});
