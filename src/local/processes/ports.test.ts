import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { reservePorts } from './ports.ts';

const host = '127.0.0.1';
let occupant: Server;
let busyPort: number;

beforeEach(async () => {
  occupant = createServer().listen(0, host);
  await once(occupant, 'listening');
  busyPort = (occupant.address() as { port: number }).port;
});

afterEach(() => {
  occupant.close();
});

describe('reservePorts', () => {
  it('names the variable of a busy port and says what to do', async () => {
    await expect(reservePorts([{ variable: 'PORT', port: busyPort, host }])).rejects.toThrow(
      `PORT ${busyPort} is in use; set PORT=… to a free port.`,
    );
  });

  it('names every busy port at once', async () => {
    const ports = [
      { variable: 'PORT', port: busyPort, host },
      { variable: 'REDIS_PORT', port: busyPort, host },
    ];
    await expect(reservePorts(ports)).rejects.toThrow(
      /^PORT \d+ is in use.*\nREDIS_PORT \d+ is in/,
    );
  });

  it('gives a free port of its own for each 0, and leaves it free', async () => {
    const ports = await reservePorts([
      { variable: 'PORT', port: 0, host },
      { variable: 'REDIS_PORT', port: 0, host },
    ]);
    expect(new Set(Object.values(ports)).size).toBe(2);
    const again = await reservePorts([{ variable: 'PORT', port: ports.PORT as number, host }]);
    expect(again).toEqual({ PORT: ports.PORT });
  });

  it('reports two variables that are set to the same free port', async () => {
    const { PORT: port = 0 } = await reservePorts([{ variable: 'PORT', port: 0, host }]);
    const ports = [
      { variable: 'PORT', port, host },
      { variable: 'REDIS_PORT', port, host },
    ];
    await expect(reservePorts(ports)).rejects.toThrow(`REDIS_PORT ${port} is in use`);
  });
});
