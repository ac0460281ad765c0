import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  type RequestListener,
  type Server,
  ServerResponse,
} from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { type ConnectionLimits, Connections } from './connections.ts';

/** A connection that looks idle from here may have a request on its way; clients pause for less than this. */
const idleGraceMs = 1_000;

/**
 * Longer than clients and load balancers keep a connection that they do not use (mostly 60 s): who sends a
 * request on it at the moment in which it is closed gets an error, and a POST is not repeated by itself.
 */
export const keepAliveTimeoutMs = 75_000;

/** A head fits into a packet or two; a client that takes longer for it holds a connection for nothing. */
const headersTimeoutMs = 20_000;

/** Times are in milliseconds. */
export interface ServerLimits extends ConnectionLimits {
  /** How long a request may take from its first byte to its last; then it gets 408. */
  requestTimeout: number;
  /** How often the server checks that. */
  connectionsCheckingInterval?: number;
  /** A connection on which nothing moves for this long is cut. */
  idleTimeout: number;
}

export interface DrainingServer {
  server: Server;
  /** Takes no more connections, answers what comes on those that are there, and ends them. Resolves when all have ended; cuts off those that have not in time. */
  drain(timeoutMs: number): Promise<void>;
}

/**
 * An HTTP server that can end without cutting a request. `server.close()` alone does not do: it ends idle
 * connections at once, on which a request may be on its way, and lets busy ones go on for as long as
 * their clients keep them busy.
 */
export function createDrainingServer(
  { idleTimeout, ...limits }: ServerLimits,
  listener: RequestListener,
): DrainingServer {
  let isDraining = false;
  const connections = new Connections(limits);

  /** One that is sent while the server ends tells the client to send its next request to another process. */
  class DrainingResponse<Request extends IncomingMessage> extends ServerResponse<Request> {
    override assignSocket(socket: Socket): void {
      super.assignSocket(socket);
      connections.begin(socket);
    }

    override detachSocket(socket: Socket): void {
      super.detachSocket(socket);
      connections.end(socket);
    }

    override writeHead(
      status: number,
      reason?: string | OutgoingHttpHeaders | OutgoingHttpHeader[],
      headers?: OutgoingHttpHeaders | OutgoingHttpHeader[],
    ): this {
      if (isDraining) this.setHeader('Connection', 'close');
      return typeof reason === 'string'
        ? super.writeHead(status, reason, headers)
        : super.writeHead(status, reason);
    }
  }

  const server = createServer(
    {
      requestTimeout: limits.requestTimeout,
      headersTimeout: Math.min(headersTimeoutMs, limits.requestTimeout),
      connectionsCheckingInterval: limits.connectionsCheckingInterval,
      keepAliveTimeout: keepAliveTimeoutMs,
      ServerResponse: DrainingResponse,
    },
    listener,
  );
  server.on('connection', (socket) => connections.add(socket));
  server.setTimeout(idleTimeout);

  return {
    server,
    async drain(timeoutMs) {
      isDraining = true;
      const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
      const idle = setInterval(() => server.closeIdleConnections(), idleGraceMs);
      const deadline = setTimeout(() => server.closeAllConnections(), timeoutMs);
      await closed;
      clearInterval(idle);
      clearTimeout(deadline);
    },
  };
}
