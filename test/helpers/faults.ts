import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { type ClientRow, ingestPath, makeRows } from './client-record.ts';
import type { FaultStack, Part } from './fault-stack.ts';
import { between, type Random } from './random.ts';
import { waitFor } from './wait-for.ts';

/** What clients may see while a fault lasts. That nothing is lost, doubled or wrong is always promised. */
export type Promised =
  /** Every batch gets a 202 at its first attempt. */
  | 'goes on'
  /** Requests may get 503 with Retry-After, and no other error. */
  | 'refuses'
  /** Requests may get no answer, as from a process that is gone. */
  | 'is away';

export interface Fault {
  /** How docs/reliability.md names it. */
  name: string;
  /** The part that it affects. Two faults at once affect different parts. */
  part: Part | 'clients';
  promised: Promised;
  /** How long it lasts. */
  lastsMs: number;
  begin(stack: FaultStack, random: Random): Promise<void>;
  end(stack: FaultStack): Promise<void>;
}

const killed = (part: Part, title: string, promised: Promised): Fault => ({
  name: `${title} is killed hard`,
  part,
  promised,
  lastsMs: 1_500,
  begin: (stack) => stack.kill(part),
  end: (stack) => stack.start(part),
});

const stopped = (part: Part, title: string, promised: Promised): Fault => ({
  name: `${title} is restarted`,
  part,
  promised,
  lastsMs: 0,
  begin: async (stack) => {
    await stack.stop(part);
  },
  end: (stack) => stack.start(part),
});

const paused = (part: Part, title: string, promised: Promised, lastsMs: number): Fault => ({
  name: `${title} stands still (SIGSTOP) for ${lastsMs / 1_000} s`,
  part,
  promised,
  lastsMs,
  begin: (stack) => stack.pause(part),
  end: async (stack) => stack.resume(part),
});

/** Enough kills to find the API at different steps: reading, in its transaction, before it starts a workflow. */
const apiKillCount = 3;

const apiKilledOften: Fault = {
  ...killed('api', 'API', 'is away'),
  name: `API is killed hard, ${apiKillCount} times at random moments`,
  lastsMs: 0,
  async begin(stack, random) {
    for (let kill = 1; kill < apiKillCount; kill++) {
      await stack.kill('api');
      await stack.start('api');
      await sleep(between(random, 0, 800));
    }
    await stack.kill('api');
  },
};

const oneOfTwoWorkersKilled: Fault = {
  name: 'one of two workers is killed hard',
  part: 'worker',
  promised: 'goes on',
  lastsMs: 3_000,
  async begin(stack) {
    await stack.start('second-worker');
    await stack.kill('worker');
  },
  async end(stack) {
    await stack.start('worker');
    await stack.stop('second-worker');
  },
};

/** Cuts all connections of the API and worker, as a proxy or an administrator would. */
const cutConnections = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
   WHERE application_name LIKE 'tallyflow-%' AND pid <> pg_backend_pid()
     AND application_name <> 'tallyflow-test'`;

const connectionsCut: Fault = {
  name: "PostgreSQL's connections are cut, ten times",
  part: 'postgres',
  promised: 'refuses',
  lastsMs: 0,
  async begin(stack) {
    for (let cut = 0; cut < 10; cut++) {
      await stack.database.raw(cutConnections);
      await sleep(150);
    }
  },
  async end() {},
};

const hoarded = new Map<FaultStack, pg.Client[]>();

/** Takes connections until none are left. */
async function hoard(stack: FaultStack, clients: pg.Client[]): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString: stack.databaseUrl });
    client.on('error', () => {});
    try {
      await client.connect();
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === '53300') return;
      throw error;
    }
    clients.push(client);
  }
}

const outOfConnections: Fault = {
  name: 'PostgreSQL is out of connections',
  part: 'postgres',
  promised: 'refuses',
  lastsMs: 3_000,
  async begin(stack) {
    const clients: pg.Client[] = [];
    hoarded.set(stack, clients);
    await hoard(stack, clients);
    // The connections of the API and worker are cut, and then taken as well.
    await clients[0]?.query(cutConnections);
    await hoard(stack, clients);
  },
  async end(stack) {
    await Promise.all((hoarded.get(stack) ?? []).map((client) => client.end()));
    hoarded.delete(stack);
  },
};

async function withRedis(stack: FaultStack, work: (redis: Redis) => Promise<unknown>) {
  const redis = new Redis(stack.redisUrl);
  try {
    await work(redis);
  } finally {
    redis.disconnect();
  }
}

const redisFlushed: Fault = {
  name: 'Redis is flushed, ten times',
  part: 'redis',
  promised: 'goes on',
  lastsMs: 0,
  begin: (stack) =>
    withRedis(stack, async (redis) => {
      for (let flush = 0; flush < 10; flush++) {
        await redis.flushall();
        await sleep(150);
      }
    }),
  async end() {},
};

const redisFull: Fault = {
  name: 'Redis is full, and takes nothing more',
  part: 'redis',
  promised: 'goes on',
  lastsMs: 2_000,
  begin: (stack) =>
    withRedis(stack, async (redis) => {
      await redis.config('SET', 'maxmemory-policy', 'noeviction');
      await redis.config('SET', 'maxmemory', '1');
    }),
  end: (stack) =>
    withRedis(stack, async (redis) => {
      await redis.config('SET', 'maxmemory', '128mb');
      await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    }),
};

const redisEvicts: Fault = {
  name: 'Redis is full, and evicts any key',
  part: 'redis',
  promised: 'goes on',
  lastsMs: 0,
  begin: (stack, random) =>
    withRedis(stack, async (redis) => {
      for (let round = 0; round < 20; round++) {
        const keys = (await redis.keys('*')).sort().filter(() => random() < 0.5);
        if (keys.length > 0) await redis.unlink(...keys);
        await sleep(100);
      }
    }),
  async end() {},
};

const redisOverwritten: Fault = {
  name: "Redis holds garbage under Tallyflow's keys",
  part: 'redis',
  promised: 'goes on',
  lastsMs: 0,
  begin: (stack, random) =>
    withRedis(stack, async (redis) => {
      const values = ['', '{', 'null', '[]', '1 "e"', '\u0000\uffff'];
      for (let round = 0; round < 20; round++) {
        for (const key of await redis.keys('*'))
          await redis.set(key, values[between(random, 0, values.length - 1)] as string, 'EX', 60);
        await sleep(100);
      }
    }),
  async end() {},
};

const babblers = new Map<FaultStack, { server: Server; sockets: Set<Socket> }>();

const redisBabbles: Fault = {
  name: 'Redis answers garbage',
  part: 'redis',
  promised: 'goes on',
  lastsMs: 2_000,
  async begin(stack, random) {
    await stack.kill('redis');
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
      socket.on('data', () => {
        const bytes = Buffer.from(Array.from({ length: 64 }, () => between(random, 0, 255)));
        socket.write(random() < 0.5 ? bytes : '+OK\r\n:12\r\n*2\r\n$3\r\nabc\r\n:1\r\n');
      });
    }).listen(stack.redisPort, '127.0.0.1');
    await once(server, 'listening');
    babblers.set(stack, { server, sockets });
  },
  async end(stack) {
    const babbler = babblers.get(stack);
    babblers.delete(stack);
    babbler?.server.close();
    for (const socket of babbler?.sockets ?? []) socket.destroy();
    await stack.start('redis');
  },
};

/** Four streams may be stored at a time, so this leaves two for others. */
const stalledStreams = 2;
const stalledBodies = 40;
const stalled = new Map<FaultStack, Socket[]>();

/** Sends the head of a request and half a body, and then nothing. */
async function stall(stack: FaultStack, type: string, rows: ClientRow[]): Promise<Socket> {
  const socket = connect(stack.apiPort, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  const body = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  socket.write(
    [
      `POST ${ingestPath} HTTP/1.1`,
      'Host: tallyflow',
      `Authorization: Bearer ${stack.apiKey}`,
      `Content-Type: ${type}`,
      `Content-Length: ${body.length * 2}`,
      '',
      body,
    ].join('\r\n'),
  );
  return socket;
}

/** Opens requests that stall. Their rows never get a 202, so they must not be stored. */
export async function stallClients(stack: FaultStack, streams: number): Promise<Socket[]> {
  const types = [
    ...Array.from({ length: stalledBodies }, () => 'application/json'),
    ...Array.from({ length: streams }, () => 'application/x-ndjson'),
  ];
  return Promise.all(types.map((type) => stall(stack, type, makeRows('stalled', 100))));
}

const clientsStall: Fault = {
  name: `${stalledBodies} bodies and ${stalledStreams} streams stop half-way, their connections stay open`,
  part: 'clients',
  promised: 'goes on',
  lastsMs: 3_000,
  async begin(stack) {
    stalled.set(stack, await stallClients(stack, stalledStreams));
  },
  async end(stack) {
    for (const socket of stalled.get(stack) ?? []) socket.destroy();
    stalled.delete(stack);
    await waitFor(async () => {
      const open = await stack
        .database('pg_stat_activity')
        .where({ application_name: 'tallyflow-api', state: 'idle in transaction' })
        .whereRaw("xact_start < now() - interval '2 seconds'");
      return open.length === 0;
    });
  },
};

/** Every fault that can be inflicted on a running stack repeatedly. */
export const faults = {
  apiKilledOften,
  apiRestarted: stopped('api', 'API', 'is away'),
  workerKilled: killed('worker', 'worker', 'goes on'),
  workerRestarted: stopped('worker', 'worker', 'goes on'),
  oneOfTwoWorkersKilled,
  postgresRestarted: stopped('postgres', 'PostgreSQL', 'refuses'),
  postgresKilled: killed('postgres', 'PostgreSQL', 'refuses'),
  postgresPaused: paused('postgres', 'PostgreSQL', 'refuses', 20_000),
  connectionsCut,
  outOfConnections,
  temporalRestarted: stopped('temporal', 'Temporal', 'goes on'),
  temporalKilled: killed('temporal', 'Temporal', 'goes on'),
  temporalPaused: paused('temporal', 'Temporal', 'goes on', 5_000),
  redisKilled: killed('redis', 'Redis', 'goes on'),
  redisPaused: paused('redis', 'Redis', 'goes on', 3_000),
  redisFlushed,
  redisFull,
  redisEvicts,
  redisOverwritten,
  redisBabbles,
  clientsStall,
} satisfies Record<string, Fault>;
