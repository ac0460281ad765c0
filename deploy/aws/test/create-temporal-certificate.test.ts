import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { afterAll, expect, test } from '@jest/globals';
import { temporalHost } from '../src/temporal-server.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tallyflow-certificate-'));
afterAll(() => rmSync(folder, { recursive: true }));

function create(): { authority: string; certificate: string; key: string } {
  const script = path.resolve(import.meta.dirname, '../release/create-temporal-certificate');
  execFileSync(script, [folder]);
  return JSON.parse(readFileSync(path.join(folder, 'temporal.json'), 'utf8'));
}

test('creates a certificate that server and client show each other', async () => {
  const { authority, certificate, key } = create();
  const credentials = { ca: authority, cert: certificate, key };
  const server = createServer({ ...credentials, requestCert: true, rejectUnauthorized: true });
  server.on('secureConnection', (socket) => socket.end('welcome'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const ask = (options: object) =>
    new Promise<string>((resolve, reject) => {
      const socket: TLSSocket = connect({
        port,
        host: '127.0.0.1',
        servername: temporalHost,
        ...options,
      });
      socket.on('data', (data) => resolve(data.toString()));
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('closed')));
    });
  expect(await ask(credentials)).toBe('welcome');
  await expect(ask({ ca: authority })).rejects.toThrow();
  await expect(ask({ ...credentials, servername: 'other.internal' })).rejects.toThrow(
    'other.internal',
  );
  server.close();
});

test('signs the next one by the same authority, and leaves no other key', () => {
  const { authority } = create();
  const next = create();
  expect(next.authority).toBe(authority);
  expect(new X509Certificate(next.certificate).checkIssued(new X509Certificate(authority))).toBe(
    true,
  );
  expect(readdirSync(folder).sort()).toEqual([
    'authority-key.pem',
    'authority.pem',
    'temporal.json',
  ]);
  expect(statSync(path.join(folder, 'temporal.json')).mode & 0o077).toBe(0);
});
