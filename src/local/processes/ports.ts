import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** A port and the variable that sets it. */
export interface NamedPort {
  variable: string;
  port: number;
  host: string;
}

/**
 * Free ports are picked below the ephemeral ports of Linux and macOS. The system could give an ephemeral port to
 * another process while its server restarts, and a client that keeps connecting to it could connect to itself.
 */
const lowestFreePort = 20_000;
const highestFreePort = 32_000;

/** So many busy ports in a row cannot be a coincidence. */
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
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
}

function complaint({ variable, port }: NamedPort, error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') {
    return `${variable} ${port} is in use; set ${variable}=… to a free port.`;
  }
  if (error.code === 'EACCES') {
    return `${variable} ${port} cannot be opened by this user; set ${variable}=… to a port above 1023.`;
  }
  return `${variable} ${port} cannot be opened on its address (${error.code}).`;
}

/**
 * Returns the ports by variable, with each 0 replaced by a free port. Throws an Error that names every unavailable
 * port. All ports are held open at once, so that the same port for two variables is a conflict, too.
 */
export async function reservePorts(ports: NamedPort[]): Promise<Record<string, number>> {
  const servers: Server[] = [];
  const problems: string[] = [];
  const found: Record<string, number> = {};
  // Fixed ports come first, so that no free port takes the place of a fixed one.
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
