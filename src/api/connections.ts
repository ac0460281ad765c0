import type { Socket } from 'node:net';
import { countLimitHit } from './limit-hits.ts';
import { clientNetwork } from './rate-limit/client-network.ts';

/** How often the server checks how much clients have read. */
const lookMs = 10_000;
/** Looks in a row at which a client may be too slow. */
const patienceLooks = 3;

export interface ConnectionLimits {
  /** Connections at a time. Each costs some 15 to 40 kB, before anything is sent on it. */
  maxConnections: number;
  /** Connections of one network address. There are fewer, so that others can always connect. */
  maxConnectionsPerAddress: number;
  /** How fast a client must read its answer, while there is something to read. */
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
    else if (this.#sockets.size > maxConnections) this.#cutIdle(this.#clientWithMost());
  }

  /** Marks the connection as busy with a request. */
  begin(socket: Socket): void {
    this.#sockets.get(socket)?.idle.delete(socket);
  }

  end(socket: Socket): void {
    this.#sockets.get(socket)?.idle.add(socket);
  }

  /** Is called every `lookMs`. */
  cutSlowReaders(): void {
    const minBytes = (this.#limits.minReadBytesPerSecond * lookMs) / 1_000;
    for (const socket of this.#sockets.keys()) {
      const sentBytes = socket.bytesWritten - socket.writableLength;
      const last = this.#readings.get(socket);
      const isSlow =
        last !== undefined && socket.writableLength > 0 && sentBytes - last.sentBytes < minBytes;
      const slowLooks = isSlow ? last.slowLooks + 1 : 0;
      this.#readings.set(socket, { sentBytes, slowLooks });
      if (slowLooks < patienceLooks) continue;
      countLimitHit('slow-readers');
      socket.destroy();
    }
  }

  /** The client with the most connections, of those with an idle one. */
  #clientWithMost(): Client | undefined {
    return [...this.#clients.values()]
      .filter(({ idle }) => idle.size > 0)
      .toSorted((one, other) => other.count - one.count)[0];
  }

  #cutIdle(client: Client | undefined): void {
    const [longest] = client?.idle ?? [];
    if (client === undefined || longest === undefined) return;
    countLimitHit('connections');
    longest.destroy();
    // It closes in the next turn of the event loop, and would count until then.
    this.#forget(longest, client);
  }

  #forget(socket: Socket, client: Client): void {
    if (!this.#sockets.delete(socket)) return;
    client.idle.delete(socket);
    client.count--;
    if (client.count === 0) this.#clients.delete(client.network);
  }
}
