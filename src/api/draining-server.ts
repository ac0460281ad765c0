import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';

/** A connection that looks idle from here may have a request on its way; clients pause for less than this. */
const idleGraceMs = 1_000;

/**
 * Longer than clients and load balancers keep a connection that they do not use (mostly 60 s): who sends a
 * request on it at the moment in which it is closed gets an error, and a POST is not repeated by itself.
 */
const keepAliveTimeoutMs = 75_000;

/** Milliseconds. */
export interface ServerLimits {
  /** From a request's first byte to its last; then it gets 408. */
  requestTimeout: number;
  /** How often that is looked at. */
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
  const open = new Set<ServerResponse>();
  let isDraining = false;
  const server = createServer(
    { ...limits, keepAliveTimeout: keepAliveTimeoutMs },
    (request, response) => {
      open.add(response);
      response.once('close', () => open.delete(response));
      if (isDraining) closeAfter(response);
      listener(request, response);
    },
  );

  server.setTimeout(idleTimeout);

  return {
    server,
    async drain(timeoutMs) {
      isDraining = true;
      for (const response of open) closeAfter(response);
      const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
      const idle = setInterval(() => server.closeIdleConnections(), idleGraceMs);
      const deadline = setTimeout(() => server.closeAllConnections(), timeoutMs);
      await closed;
      clearInterval(idle);
      clearTimeout(deadline);
    },
  };
}

/** Tells the client to send its next request on another connection, to another process. */
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
