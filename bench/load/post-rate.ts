import { connect, type Socket } from 'node:net';

export interface Posted {
  /** Answers a second, from the first request to the last answer. */
  rate: number;
  /** From when each request was due to its answer. */
  latenciesMs: number[];
  batchIds: string[];
}

/**
 * Posts batches over so many connections, at most `perSecond` of them. It uses bare sockets, since a client that parses
 * answers would take more of the machine than the server that it measures. Throws at the first answer that is no 202.
 */
export async function postRate(
  baseUrl: string,
  authorization: string,
  bodies: readonly Buffer[],
  { connections, perSecond }: { connections: number; perSecond?: number },
): Promise<Posted> {
  const { hostname, port, host } = new URL(baseUrl);
  const head = `POST /api/integrations/transactions HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\n`;
  const requests = bodies.map((body) =>
    Buffer.concat([Buffer.from(`${head}Content-Length: ${body.length}\r\n\r\n`), body]),
  );
  const waiting = requests.entries();
  const posted = { latenciesMs: [] as number[], batchIds: [] as string[] };
  const sockets = await Promise.all(
    Array.from({ length: connections }, () => open(Number(port), hostname)),
  );
  const startedAt = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      for (const [index, request] of waiting) {
        const dueAt =
          perSecond === undefined ? performance.now() : startedAt + (index * 1_000) / perSecond;
        const waitMs = dueAt - performance.now();
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        posted.batchIds.push(await post(socket, request));
        posted.latenciesMs.push(performance.now() - dueAt);
      }
      socket.destroy();
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  return { ...posted, rate: requests.length / seconds };
}

function open(port: number, hostname: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, hostname);
    socket.setNoDelay(true).setEncoding('latin1');
    socket.once('error', reject).once('connect', () => resolve(socket));
  });
}

/** Returns the id of the batch. */
function post(socket: Socket, request: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const take = (text: string) => {
      received += text;
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd === -1) return;
      const length = Number(/^content-length: (\d+)/im.exec(received)?.[1]);
      if (received.length < headEnd + 4 + length) return;
      socket.off('data', take);
      const id = /"batch_id":"([^"]+)"/.exec(received)?.[1];
      if (received.startsWith('HTTP/1.1 202') && id !== undefined) resolve(id);
      else reject(new Error(`an answer was ${received}`));
    };
    socket.on('data', take);
    socket.write(request);
  });
}
