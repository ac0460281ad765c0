import { connect, type Socket } from 'node:net';

export interface RateOptions {
  connections: number;
  /** How long requests are sent. */
  ms: number;
}

/**
 * Returns how many responses a second the server gives to the same request over a number of connections. It uses bare
 * sockets, since a client that parses responses would take more of the machine than the server that it measures. Throws
 * at the first response that is not a 200.
 */
export async function requestRate(
  url: string,
  headers: Record<string, string>,
  { connections, ms }: RateOptions,
): Promise<number> {
  const { hostname, port, host, pathname, search } = new URL(url);
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}`);
  const request = `GET ${pathname}${search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
  const startedAt = performance.now();
  const counts = await Promise.all(
    Array.from({ length: connections }, () =>
      countAnswers(connect(Number(port), hostname), request, startedAt + ms),
    ),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  return counts.reduce((sum, count) => sum + count, 0) / seconds;
}

/** Sends a request whenever the previous one is answered, until the time is over. */
function countAnswers(socket: Socket, request: string, until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0;
    let received = '';
    socket.setNoDelay(true).setEncoding('latin1');
    socket.once('error', reject);
    socket.once('connect', () => socket.write(request));
    socket.on('data', (text: string) => {
      received += text;
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd === -1) return;
      const length = Number(/^content-length: (\d+)/im.exec(received)?.[1]);
      if (received.length < headEnd + 4 + length) return;
      if (!received.startsWith('HTTP/1.1 200')) {
        socket.destroy();
        return reject(new Error(`an answer was ${received}`));
      }
      received = '';
      count++;
      if (performance.now() < until) return void socket.write(request);
      socket.destroy();
      resolve(count);
    });
  });
}
