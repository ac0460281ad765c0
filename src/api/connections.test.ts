import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Connections } from './connections.ts';

/** As far as Connections looks at one. */
class FakeSocket extends EventEmitter {
  destroyed = false;
  bytesWritten = 0;
  writableLength = 0;
  readonly remoteAddress: string;

  constructor(remoteAddress: string) {
    super();
    this.remoteAddress = remoteAddress;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

const real = (socket: FakeSocket) => socket as unknown as Socket;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('connections', () => {
  const connectionsOf = (maxConnections: number) =>
    new Connections({
      maxConnections,
      maxConnectionsPerAddress: 4,
      minReadBytesPerSecond: 1_000,
    });

  function open(connections: Connections, address: string): FakeSocket {
    const socket = new FakeSocket(address);
    connections.add(real(socket));
    return socket;
  }

  it('are lost by the address with most of them, the one idle for longest first', () => {
    const connections = connectionsOf(5);
    const quiet = open(connections, '192.0.2.1');
    const many = Array.from({ length: 4 }, () => open(connections, '192.0.2.2'));
    connections.begin(real(many[0] as FakeSocket));
    connections.begin(real(many[1] as FakeSocket));
    connections.end(real(many[1] as FakeSocket));
    const next = open(connections, '192.0.2.3');
    expect(many.map(({ destroyed }) => destroyed)).toEqual([false, false, true, false]);
    expect([quiet.destroyed, next.destroyed]).toEqual([false, false]);
  });

  it('are refused where all others have a request under way', () => {
    const connections = connectionsOf(2);
    const busy = Array.from({ length: 2 }, () => open(connections, '192.0.2.2'));
    for (const socket of busy) connections.begin(real(socket));
    expect(open(connections, '192.0.2.1').destroyed).toBe(true);
    expect(busy.some(({ destroyed }) => destroyed)).toBe(false);
  });

  it('are never all of one address', () => {
    const connections = connectionsOf(5);
    const busy = Array.from({ length: 4 }, () => open(connections, '192.0.2.2'));
    for (const socket of busy) connections.begin(real(socket));
    expect(open(connections, '192.0.2.2').destroyed).toBe(true);
    expect(open(connections, '192.0.2.1').destroyed).toBe(false);
    connections.end(real(busy[2] as FakeSocket));
    open(connections, '192.0.2.2');
    expect(busy.map(({ destroyed }) => destroyed)).toEqual([false, false, true, false]);
  });

  it('make room when they end', () => {
    const connections = connectionsOf(1);
    open(connections, '192.0.2.1').destroy();
    const next = open(connections, '192.0.2.1');
    expect(next.destroyed).toBe(false);
  });

  it('end where the client hardly reads for half a minute', () => {
    const connections = connectionsOf(9);
    const [stuck, slow, steady, silent] = Array.from({ length: 4 }, () =>
      open(connections, '192.0.2.1'),
    ) as [FakeSocket, FakeSocket, FakeSocket, FakeSocket];
    for (const socket of [stuck, slow, steady]) {
      socket.bytesWritten = 1_000_000;
      socket.writableLength = 500_000;
    }
    for (let seconds = 0; seconds < 50; seconds++) {
      jest.advanceTimersByTime(1_000);
      slow.writableLength -= 500;
      steady.writableLength -= 1_001;
    }
    expect([stuck, slow, steady, silent].map(({ destroyed }) => destroyed)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
