import { Redis } from 'ioredis';

/** A server, and how to know it where the connection is encrypted (`rediss:`). */
export interface RedisServer {
  url: string;
  /** PEM; the certificate and its key where the server asks for them. */
  tls?: { ca?: string; cert?: string; key?: string } | undefined;
}

/** What takes longer than this is not worth waiting for: everything works without Redis. */
export const commandTimeoutMs = 250;
/** Nothing is said at the end of a connection, so there is nothing to wait for. */
const disconnectTimeoutMs = 50;
/** Longest pause between two attempts to reach the server again. */
const maxReconnectMs = 2_000;

/** A connection that comes back by itself, and whose commands fail at once while it is away. */
export function connectRedis({ url, tls }: RedisServer): Redis {
  return new Redis(url, {
    commandTimeout: commandTimeoutMs,
    connectTimeout: commandTimeoutMs * 4,
    disconnectTimeout: disconnectTimeoutMs,
    // Not connected means without it now, not a command that waits for the server to return.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 100, maxReconnectMs),
    ...(url.startsWith('rediss:') && { tls: { ...tls } }),
  });
}
