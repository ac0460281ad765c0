import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

export interface TcpProxy {
  port: number;
  /** Acts as a server that was killed: connections break, and new ones are refused. */
  cut(): Promise<void>;
  /** Acts as a network that drops everything: connections stay open, and nothing answers. */
  mute(): void;
  /** Acts as a busy server: whatever is sent to it arrives this much later. */
  slow(delayMs: number): void;
  /** Makes everything work again. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy to a server that all suites share, so that one suite can lose its connection while others keep theirs. */
export async function startTcpProxy(host: string, port: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isMute = false;
  let delayMs = 0;
  const server = createServer({ noDelay: true }, (client) => {
    track(client);
    if (isMute) return;
    const target = connect({ port, host, noDelay: true });
    track(target);
    client.pipe(delayed()).pipe(target).pipe(client);
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const)
      one.once('close', () => other.destroy());
  });

  const delayed = () =>
    new Transform({
      transform(chunk, _encoding, done) {
        if (delayMs === 0) done(null, chunk);
        else setTimeout(done, delayMs, null, chunk);
      },
    });

  function track(socket: Socket): void {
    sockets.add(socket);
    // Tests break these connections on purpose.
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  }

  async function listen(onPort: number): Promise<void> {
    server.listen(onPort, '127.0.0.1');
    await once(server, 'listening');
  }

  async function cut(): Promise<void> {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  }

  await listen(0);
  const { port: ownPort } = server.address() as AddressInfo;
  return {
    port: ownPort,
    cut,
    mute() {
      isMute = true;
      for (const socket of sockets) socket.unpipe();
    },
    slow(ms) {
      delayMs = ms;
    },
    async restore() {
      delayMs = 0;
      // Muted connections would hang for ever.
      if (isMute) for (const socket of sockets) socket.destroy();
      isMute = false;
      if (!server.listening) await listen(ownPort);
    },
    close: cut,
  };
}
