import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** A port by the name of the variable that sets it. */
export interface NamedPort {
  variable: string;
  port: number;
  host: string;
}

/**
 * Below the ports that Linux and macOS hand out by themselves. On one that the system hands out, somebody
 * else could listen while its server is started again, and a client that keeps connecting may meet itself.
 */
const lowestFreePort = 20_000;
const highestFreePort = 32_000;

/** More busy ports in a row than this are no accident. */
const maxAttempts = 100;

async function listen(host: string, port: number): Promise<Server> {
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

async function listenOnFreePort(host: string): Promise<Server> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await listen(host, randomInt(lowestFreePort, highestFreePort));
    } catch (error) {
      const isBusy = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!isBusy || attempt === maxAttempts) throw error;
    }
  }
}

async function close(servers: Server[]): Promise<void> {
  await Promise.all(
    servers.map((server) => new Promise((resolve) => server.close(() => resolve(undefined)))),
  );
}

function complaint({ variable, port }: NamedPort, error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') {
    return `${variable} ${port} is in use; set ${variable}=… to a free port.`;
  }
  if (error.code === 'EACCES') {
    return `${variable} ${port} may not be opened by this user; set ${variable}=… to a port above 1023.`;
  }
  return `${variable} ${port} cannot be opened on its address (${error.code}).`;
}

/**
 * Gives the ports by variable, every 0 replaced by a free port, and throws an Error that names each port that cannot be had.
 * All are held open at once, so that two variables with the same port count as a conflict too.
 */
export async function reservePorts(ports: NamedPort[]): Promise<Record<string, number>> {
  const servers: Server[] = [];
  const problems: string[] = [];
  const found: Record<string, number> = {};
  // Fixed ports come first, so that a free one is never picked where a fixed one is wanted.
  for (const named of ports.toSorted((a, b) => Number(a.port === 0) - Number(b.port === 0))) {
    try {
      const { host, port } = named;
      const server = await (port === 0 ? listenOnFreePort(host) : listen(host, port));
      servers.push(server);
      found[named.variable] = (server.address() as { port: number }).port;
    } catch (error) {
      problems.push(complaint(named, error as NodeJS.ErrnoException));
    }
  }
  await close(servers);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return found;
}
