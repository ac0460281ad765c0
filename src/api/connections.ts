import type { Socket } from 'node:net';
import { clientNetwork } from './rate-limit/client-network.ts';

/** How often it is looked at how much clients have read. */
const lookMs = 10_000;
/** Looks in a row at which a client may be too slow. */
const patienceLooks = 3;

export interface ConnectionLimits {
  /** Connections at a time. Each costs some 15 to 40 kB, before anything is sent on it. */
  maxConnections: number;
  /** Those of one network address, below that, so that others always find some. */
  maxConnectionsPerAddress: number;
  /** What a client must read of an answer, where there is something to read. */
  minReadBytesPerSecond: number;
}

interface Client {
  network: string;
  count: number;
  /** Connections without a request under way, the one that has been so for longest first. */
  idle: Set<Socket>;
}

interface Reading {
  sentBytes: number;
  slowLooks: number;
}

/**
 * The connections of a server, which nobody can use up: where there are too many, the network address with
 * most of them loses the one that has been idle for longest, or has not sent a whole head. A client that hardly
 * reads its answer loses its connection, and with it whatever waits for it to read.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #clients = new Map<string, Client>();
  readonly #sockets = new Map<Socket, Client>();
  readonly #readings = new WeakMap<Socket, Reading>();

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
    setInterval(() => this.cutSlowReaders(), lookMs).unref();
  }

  add(socket: Socket): void {
    const network = clientNetwork(socket.remoteAddress ?? '');
    const client = this.#clients.get(network) ?? { network, count: 0, idle: new Set() };
    this.#clients.set(network, client);
    client.count++;
    client.idle.add(socket);
    this.#sockets.set(socket, client);
    socket.once('close', () => this.#forget(socket, client));
    const { maxConnections, maxConnectionsPerAddress } = this.#limits;
    if (client.count > maxConnectionsPerAddress) this.#cutIdle(client);
    else if (this.#sockets.size > maxConnections) this.#cutIdle(this.#largest());
  }

  /** A request has come whose answer has not ended. */
  begin(socket: Socket): void {
    this.#sockets.get(socket)?.idle.delete(socket);
  }

  end(socket: Socket): void {
    this.#sockets.get(socket)?.idle.add(socket);
  }

  /** Called now and then by itself. */
  cutSlowReaders(): void {
    const minBytes = (this.#limits.minReadBytesPerSecond * lookMs) / 1_000;
    for (const socket of this.#sockets.keys()) {
      const sentBytes = socket.bytesWritten - socket.writableLength;
      const last = this.#readings.get(socket);
      const isSlow =
        last !== undefined && socket.writableLength > 0 && sentBytes - last.sentBytes < minBytes;
      const slowLooks = isSlow ? last.slowLooks + 1 : 0;
      this.#readings.set(socket, { sentBytes, slowLooks });
      if (slowLooks >= patienceLooks) socket.destroy();
    }
  }

  /** Of those that have an idle one, which the client that has just come has. */
  #largest(): Client | undefined {
    return [...this.#clients.values()]
      .filter(({ idle }) => idle.size > 0)
      .toSorted((one, other) => other.count - one.count)[0];
  }

  #cutIdle(client: Client | undefined): void {
    const [longest] = client?.idle ?? [];
    if (client === undefined || longest === undefined) return;
    longest.destroy();
    // It would count until it is closed, which is in the next turn.
    this.#forget(longest, client);
  }

  #forget(socket: Socket, client: Client): void {
    if (!this.#sockets.delete(socket)) return;
    client.idle.delete(socket);
    client.count--;
    if (client.count === 0) this.#clients.delete(client.network);
  }
}
