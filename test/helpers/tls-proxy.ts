import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from './certificates.ts';

export interface TlsProxy {
  port: number;
  /** The name in each client's certificate; null for a client without one. */
  clients: (string | null)[];
  close(): Promise<void>;
}

export interface TlsProxyOptions {
  target: { host: string; port: number };
  certificate: Certificate;
  /** The authority of the clients' certificates, where clients must have one. */
  clientAuthority?: string;
  /** Whether clients first ask for TLS by PostgreSQL's protocol. */
  isPostgres?: boolean;
}

/** Starts a proxy that accepts only TLS for a server that does not speak it. */
export async function startTlsProxy(options: TlsProxyOptions): Promise<TlsProxy> {
  const { target, certificate, clientAuthority, isPostgres = false } = options;
  const sockets = new Set<Socket>();
  const clients: (string | null)[] = [];
  const track = (socket: Socket) => {
    sockets.add(socket);
    // A client that does not trust the certificate breaks the connection.
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  };

  const tls = createTlsServer({
    cert: readFileSync(certificate.cert),
    key: readFileSync(certificate.key),
    ALPNProtocols: ['h2', 'http/1.1'],
    ...(clientAuthority !== undefined && {
      ca: readFileSync(clientAuthority),
      requestCert: true,
      rejectUnauthorized: true,
    }),
  });
  tls.on('tlsClientError', () => {});
  tls.on('secureConnection', (secure) => {
    track(secure);
    clients.push(secure.getPeerCertificate().subject?.CN?.toString() ?? null);
    const upstream = connect({ ...target, noDelay: true });
    track(upstream);
    secure.pipe(upstream).pipe(secure);
    secure.once('close', () => upstream.destroy());
    upstream.once('close', () => secure.destroy());
  });

  const server = createServer({ noDelay: true }, async (plain) => {
    track(plain);
    if (isPostgres) {
      await once(plain, 'readable');
      const request: Buffer | null = plain.read(8);
      // A client that does not ask for TLS gets no answer.
      if (request?.readUInt32BE(4) !== sslRequest) return void plain.destroy();
      plain.write('S');
    }
    tls.emit('connection', plain);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    clients,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The code by which PostgreSQL's protocol asks for TLS. */
const sslRequest = 80_877_103;
