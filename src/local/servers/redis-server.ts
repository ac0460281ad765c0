import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import { type Child, startChild } from '../processes/child-process.ts';
import { findOnPath } from '../processes/find-on-path.ts';
import type { ServerStart } from './server-start.ts';

async function answers(url: string): Promise<boolean> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 1_000,
  });
  // The promise of each command rejects with the error. Without a listener, the error would also be printed.
  redis.on('error', () => {});
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } finally {
    redis.disconnect();
  }
}

export function findRedis(): string | undefined {
  return findOnPath('redis-server') ?? findOnPath('valkey-server');
}

/** Starts Redis or Valkey as a cache with limited memory, eviction and no persistence. */
export async function startRedis(
  options: ServerStart & { binary: string },
): Promise<{ child: Child; url: string }> {
  const directory = path.join(options.dataDir, 'redis');
  mkdirSync(directory, { recursive: true });
  const url = `redis://127.0.0.1:${options.port}`;
  const child = await startChild({
    ...options,
    name: 'redis',
    command: options.binary,
    args: ['--bind', '127.0.0.1', '--port', String(options.port), '--dir', directory]
      .concat('--save', '', '--appendonly', 'no')
      .concat('--maxmemory', '128mb', '--maxmemory-policy', 'allkeys-lru'),
    ready: () => answers(url),
    readyTimeoutMs: 30_000,
    graceMs: 5_000,
  });
  return { child, url };
}
