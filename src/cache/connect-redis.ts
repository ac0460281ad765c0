import { Redis } from 'ioredis';

/** A Redis server, with certificates for encrypted connections (`rediss:`). */
export interface RedisServer {
  url: string;
  /** PEM; the certificate and its key where the server asks for them. */
  tls?: { ca?: string; cert?: string; key?: string } | undefined;
}

/** A command that takes longer is not worth waiting for: everything works without Redis. */
export const commandTimeoutMs = 250;
/** Short, since no command is under way when a connection is closed. */
const disconnectTimeoutMs = 50;
/** The longest pause between two attempts to reconnect. */
const maxReconnectMs = 2_000;

/**
 * A connection that reconnects by itself. Its commands fail immediately while it is down.
 * @param timeoutMs when a command fails, though the server may still run it; null to wait for the answer
 */
export function connectRedis(
  { url, tls }: RedisServer,
  timeoutMs: number | null = commandTimeoutMs,
): Redis {
  return new Redis(url, {
    ...(timeoutMs !== null && { commandTimeout: timeoutMs }),
    connectTimeout: commandTimeoutMs * 4,
    disconnectTimeout: disconnectTimeoutMs,
    // Commands must not wait for the server to return.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 100, maxReconnectMs),
    ...(url.startsWith('rediss:') && { tls: { ...tls } }),
  });
}
