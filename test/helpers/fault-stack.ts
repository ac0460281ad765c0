import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { createDatabase, type Database } from '../../src/db/connection/database.ts';
import { migrate } from '../../src/db/connection/migrate.ts';
import { generateApiKey } from '../../src/domain/api-key.ts';
import { createTopics } from '../../src/kafka/create-topics.ts';
import { topicLayouts } from '../../src/kafka/topics.ts';
import { v8Flags } from '../../src/local/application.ts';
import { buildGateway } from '../../src/local/build-gateway.ts';
import { type Child, startChild } from '../../src/local/processes/child-process.ts';
import { reservePorts } from '../../src/local/processes/ports.ts';
import { livingProcesses } from '../../src/local/processes/process-record.ts';
import { startPostgres } from '../../src/local/servers/embedded-postgres.ts';
import { findKafka } from '../../src/local/servers/find-kafka.ts';
import { findTemporal, temporalMissing } from '../../src/local/servers/find-temporal.ts';
import { startKafka } from '../../src/local/servers/kafka-server.ts';
import { findRedis, startRedis } from '../../src/local/servers/redis-server.ts';
import { registerSearchAttributes } from '../../src/local/servers/register-search-attributes.ts';
import { startTemporal } from '../../src/local/servers/temporal-server.ts';
import { checkout } from '../../src/local/settings.ts';
import { connectLazily, type TemporalConnection } from '../../src/temporal/connection.ts';
import { sweepScheduleId } from '../../src/temporal/sweep-schedule.ts';
import { waitFor } from './wait-for.ts';

export type Part =
  | 'postgres'
  | 'temporal'
  | 'redis'
  | 'api'
  | 'worker'
  | 'second-worker'
  | 'kafka'
  | 'gateway'
  | 'consumer'
  | 'second-consumer';

type NodePart = 'api' | 'worker' | 'second-worker' | 'consumer' | 'second-consumer';

const scripts: Record<NodePart, string> = {
  api: 'src/server.ts',
  worker: 'src/worker.ts',
  'second-worker': 'src/worker.ts',
  consumer: 'src/consumer.ts',
  'second-consumer': 'src/consumer.ts',
};

/** The longest that a start or a recovery may take on a machine that is busy with other suites. */
export const recoveryMs = 60_000;
/** The longest that a test may take that stops a part and waits until all is well again. */
export const faultTimeoutMs = 180_000;

/** Tests trigger the sweep themselves, so its schedule must not run it in between. */
const neverSeconds = 86_400;
const sweepGraceSeconds = 1;
/** Two time zones whose dates differ from those of UTC. Code that took a date from its process's clock would be off by one. */
const timeZones = { api: 'Pacific/Kiritimati', worker: 'America/St_Johns' };
/** The API and workers end by themselves within this time. */
const graceMs = 40_000;

export interface FaultStackOptions {
  /** How often the sweep runs; without it, only when a test triggers it. */
  sweepIntervalSeconds?: number;
  /** Also starts a broker, the gateway, which then takes the batches, and a consumer. */
  kafka?: boolean;
}

/** Runs the whole system as separate processes, each of which can be stopped, killed or paused. */
export class FaultStack {
  readonly apiKey = generateApiKey();
  readonly #dataDir: string;
  readonly #ports: Record<string, number>;
  readonly #children = new Map<Part, Child>();
  #databaseUrl = '';
  #database: Database | null = null;
  #temporal: TemporalConnection | null = null;

  readonly #sweepIntervalSeconds: number;

  /** Whether clients send to the gateway, behind which Kafka and a consumer stand. */
  readonly #hasKafka: boolean;
  #gatewayBinary = '';

  private constructor(
    dataDir: string,
    ports: Record<string, number>,
    { sweepIntervalSeconds, kafka }: Required<FaultStackOptions>,
  ) {
    this.#dataDir = dataDir;
    this.#ports = ports;
    this.#sweepIntervalSeconds = sweepIntervalSeconds;
    this.#hasKafka = kafka;
  }

  /** Starts all parts. */
  static async start({
    sweepIntervalSeconds = neverSeconds,
    kafka = false,
  }: FaultStackOptions = {}): Promise<FaultStack> {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'tallyflow-faults-'));
    const stack = new FaultStack(dataDir, await findPorts(), { sweepIntervalSeconds, kafka });
    try {
      const servers: Part[] = [
        'postgres',
        'temporal',
        'redis',
        ...(kafka ? ['kafka' as const] : []),
      ];
      await Promise.all(servers.map((part) => stack.start(part)));
      if (kafka) {
        await createTopics({ bootstrapBrokers: [stack.#brokers] }, topicLayouts(4));
        stack.#gatewayBinary = await buildGateway({ log: () => {} });
      }
      stack.#temporal = connectLazily(stack.#temporalAddress, 'default');
      stack.#database = createDatabase({
        url: stack.#databaseUrl,
        poolSize: 4,
        applicationName: 'tallyflow-test',
        statementTimeoutMs: 30_000,
      });
      await migrate(stack.#database);
      await registerSearchAttributes(stack.#temporalAddress, 'default');
      await Promise.all([stack.start('api'), stack.start('worker')]);
      if (kafka) await Promise.all([stack.start('gateway'), stack.start('consumer')]);
      return stack;
    } catch (error) {
      await stack.close();
      throw error;
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.api}`;
  }

  get apiPort(): number {
    return this.#ports.api as number;
  }

  /** Where clients send batches. */
  get ingestPort(): number {
    return (this.#hasKafka ? this.#ports.gateway : this.#ports.api) as number;
  }

  /** The parts that run unless a fault has taken one. */
  get parts(): Part[] {
    const direct: Part[] = ['postgres', 'temporal', 'redis', 'api', 'worker'];
    return this.#hasKafka ? [...direct, 'kafka', 'gateway', 'consumer'] : direct;
  }

  get redisPort(): number {
    return this.#ports.redis as number;
  }

  get databaseUrl(): string {
    return this.#databaseUrl;
  }

  /** The folder with everything that the servers keep, and their logs. */
  get dataDir(): string {
    return this.#dataDir;
  }

  get redisUrl(): string {
    return `redis://127.0.0.1:${this.#ports.redis}`;
  }

  /** The test's own connections, which recover by themselves as those of the API do. */
  get database(): Database {
    return this.#database as Database;
  }

  get temporal(): TemporalConnection {
    return this.#temporal as TemporalConnection;
  }

  get #brokers(): string {
    return `127.0.0.1:${this.#ports.kafka}`;
  }

  get #temporalAddress(): string {
    return `127.0.0.1:${this.#ports.temporal}`;
  }

  /**
   * Starts a part with the data and on the port that it had before, and waits until it can be used. The API and workers
   * may be of another release, which is a directory with its own `src` and `dist`.
   */
  async start(part: Part, release: string = checkout): Promise<void> {
    const common = {
      dataDir: this.#dataDir,
      port: this.#ports[part] as number,
      log: () => {},
    };
    switch (part) {
      case 'postgres': {
        const { child, url } = await startPostgres(common);
        this.#databaseUrl = url;
        this.#children.set(part, child);
        break;
      }
      case 'temporal': {
        const binary = findTemporal({
          temporalCli: process.env.TEMPORAL_CLI,
          dataDir: this.#dataDir,
        });
        if (binary === undefined) throw new Error(temporalMissing);
        const uiPort = this.#ports.temporalUi as number;
        const { child } = await startTemporal({ ...common, binary, uiPort, namespace: 'default' });
        this.#children.set(part, child);
        break;
      }
      case 'redis': {
        const binary = findRedis();
        if (binary === undefined) throw new Error('these tests need redis-server or valkey-server');
        this.#children.set(part, (await startRedis({ ...common, binary })).child);
        break;
      }
      case 'kafka': {
        const controllerPort = this.#ports.kafkaController as number;
        const { child } = await startKafka({
          ...common,
          installation: findKafka(),
          controllerPort,
        });
        this.#children.set(part, child);
        break;
      }
      case 'gateway':
        await this.#startGateway();
        break;
      case 'api':
        await this.#startNode(part, release, async () => (await fetch(`${this.url}/readyz`)).ok);
        break;
      default:
        await this.#startNode(part, release, async (log) =>
          /"msg":"(worker|consumer) started"/.test(log.text()),
        );
    }
  }

  async #startGateway(): Promise<void> {
    const url = `http://127.0.0.1:${this.ingestPort}`;
    const child = await startChild({
      name: 'gateway',
      command: this.#gatewayBinary,
      args: [],
      env: {
        PORT: String(this.ingestPort),
        METRICS_PORT: '0',
        KAFKA_BROKERS: this.#brokers,
      },
      dataDir: this.#dataDir,
      ready: async () => (await fetch(`${url}/readyz`)).ok,
      readyTimeoutMs: recoveryMs,
      graceMs,
      log: () => {},
    });
    this.#children.set('gateway', child);
  }

  async #startNode(
    part: NodePart,
    release: string,
    ready: Parameters<typeof startChild>[0]['ready'],
  ): Promise<void> {
    const child = await startChild({
      name: part,
      command: process.execPath,
      args: [...v8Flags[part === 'api' ? 'api' : 'worker'], path.join(release, scripts[part])],
      env: {
        ...process.env,
        TZ: part === 'api' ? timeZones.api : timeZones.worker,
        DATABASE_URL: this.#databaseUrl,
        TEMPORAL_ADDRESS: this.#temporalAddress,
        REDIS_URL: this.redisUrl,
        ...(this.#hasKafka && { KAFKA_BROKERS: this.#brokers }),
        PORT: String(this.#ports.api),
        METRICS_PORT: '0',
        TEMPORAL_METRICS_PORT: '0',
        BOOTSTRAP_API_KEY: this.apiKey,
        SWEEP_GRACE_SECONDS: String(sweepGraceSeconds),
        SWEEP_INTERVAL_SECONDS: String(this.#sweepIntervalSeconds),
        LOG_LEVEL: 'debug',
      },
      dataDir: this.#dataDir,
      ready,
      readyTimeoutMs: recoveryMs,
      graceMs,
      log: () => {},
    });
    this.#children.set(part, child);
  }

  /** Returns the bytes of memory that the part's process has now. */
  residentBytes(part: Part): number {
    return Number(ps('-o', 'rss=', '-p', String(this.pid(part)))) * 1024;
  }

  /** Returns the id of the part's main process. Throws when it does not run. */
  pid(part: Part): number {
    const record = livingProcesses(this.#dataDir).find(({ name }) => name === part);
    if (record === undefined) throw new Error(`${part} does not run`);
    return record.pid;
  }

  isRunning(part: Part): boolean {
    return livingProcesses(this.#dataDir).some(({ name }) => name === part);
  }

  /** Puts PostgreSQL's write-ahead log on a disk of its own, as operators do. */
  async moveWriteAheadLog(directory: string): Promise<void> {
    await this.stop('postgres');
    const before = path.join(this.#dataDir, 'postgres', 'pg_wal');
    const after = path.join(directory, 'pg_wal');
    await cp(before, after, { recursive: true });
    await rm(before, { recursive: true });
    await symlink(after, before);
    execFileSync('chown', ['-R', 'postgres:', directory]);
    await this.start('postgres');
  }

  /** Asks the part to end. Returns how it ended, and how long that took. */
  async stop(part: Part): Promise<{ how: string; ms: number }> {
    return this.#end(part, () => {
      // PostgreSQL's "fast" shutdown ends the sessions instead of waiting for them to leave.
      process.kill(this.pid(part), part === 'postgres' ? 'SIGINT' : 'SIGTERM');
    });
  }

  /** Kills all processes of the part with a signal that none of them can catch. */
  async kill(part: Part): Promise<void> {
    const { how } = await this.#end(part, () => {
      // The parent is stopped first, so that it starts no more children while they are looked for.
      process.kill(this.pid(part), 'SIGSTOP');
      for (const pid of processTree(this.pid(part)).reverse()) signal(pid, 'SIGKILL');
    });
    if (how !== 'SIGKILL') throw new Error(`${part} was not killed; it ended with ${how}`);
  }

  async #end(part: Part, send: () => void): Promise<{ how: string; ms: number }> {
    const child = this.#children.get(part);
    if (child === undefined) throw new Error(`${part} was never started`);
    const startedAt = performance.now();
    send();
    const { message } = await child.died;
    const how = /^\w+ ended with (?:exit code )?(\w+)/.exec(message)?.[1] ?? message;
    return { how, ms: performance.now() - startedAt };
  }

  /** Pauses all processes of the part: connections stay open, and nothing answers. */
  async pause(part: Part): Promise<void> {
    process.kill(this.pid(part), 'SIGSTOP');
    const pids = processTree(this.pid(part));
    for (const pid of pids) signal(pid, 'SIGSTOP');
    await waitFor(async () => pids.every((pid) => standsStill(pid)));
  }

  resume(part: Part): void {
    for (const pid of processTree(this.pid(part)).reverse()) signal(pid, 'SIGCONT');
  }

  /** Returns the last line with this message that the API or the worker has logged. */
  lastLogLine(part: 'api' | 'worker', message: string): { time: string } {
    const text = readFileSync(path.join(this.#dataDir, 'logs', `${part}.log`), 'utf8');
    const line = text.split('\n').findLast((each) => each.includes(`"msg":"${message}"`));
    if (line === undefined) throw new Error(`${part} has not logged "${message}"`);
    return JSON.parse(line);
  }

  /** Returns whether PostgreSQL answers on a new connection. */
  async canQuery(): Promise<boolean> {
    const client = new pg.Client({
      connectionString: this.#databaseUrl,
      connectionTimeoutMillis: 1_000,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      return false;
    }
  }

  /** Runs the sweep as its schedule would, once all pending batches are older than its grace time. */
  async sweep(): Promise<void> {
    const young = () =>
      this.database('batches')
        .where({ status: 'pending' })
        .whereRaw('created_at >= now() - make_interval(secs => ?)', [sweepGraceSeconds])
        .first();
    await waitFor(async () => (await young()) === undefined);
    await this.temporal.client.schedule.getHandle(sweepScheduleId).trigger();
  }

  async close(): Promise<void> {
    for (const { pid } of livingProcesses(this.#dataDir)) {
      for (const each of processTree(pid)) signal(each, 'SIGCONT');
    }
    const stop = (...parts: Part[]) =>
      Promise.all(parts.map((part) => this.#children.get(part)?.stop()));
    await stop('gateway', 'consumer', 'second-consumer', 'api', 'worker', 'second-worker');
    await Promise.all([this.#database?.destroy(), this.#temporal?.close()]);
    await stop('postgres', 'temporal', 'redis', 'kafka');
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}

function findPorts(): Promise<Record<string, number>> {
  const names = [
    ...['postgres', 'temporal', 'temporalUi', 'redis', 'api'],
    ...['kafka', 'kafkaController', 'gateway'],
  ];
  return reservePorts(names.map((variable) => ({ variable, port: 0, host: '127.0.0.1' })));
}

const ps = (...options: string[]) => execFileSync('ps', options, { encoding: 'utf8' });

/** Returns the process and all its descendants, parents first. */
function processTree(root: number): number[] {
  const all = ps('-axo', 'pid=,ppid=')
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const tree = [root];
  for (const parent of tree) {
    tree.push(...all.filter(([, ppid]) => ppid === parent).map(([pid]) => pid as number));
  }
  return tree;
}

/** Signals a process that may have ended since it was listed. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A child that ends while its parent is stopped stays a zombie, since nobody asks how it ended. */
const standsStill = (pid: number): boolean => /^[TZ]/.test(ps('-o', 'stat=', '-p', String(pid)));
