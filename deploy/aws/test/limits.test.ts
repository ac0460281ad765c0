import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { parameters } from '../src/database.ts';
import { idleTimeout } from '../src/load-balancer.ts';
import { readDatabaseAuthority } from '../src/read-database-authority.ts';
import { writeFiles } from '../src/write-files.ts';
import { regions } from './synthesize.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** The milliseconds that a file of the API gives to a constant. */
function milliseconds(file: string, constant: string): number {
  const [, text = ''] = new RegExp(`const ${constant} = ([\\d_]+);`).exec(read(file)) ?? [];
  return Number(text.replaceAll('_', ''));
}

test('the load balancer keeps idle connections longer than the API cuts them, and shorter than it keeps them', () => {
  const cut = milliseconds('src/server.ts', 'idleTimeoutMs');
  const kept = milliseconds('src/api/draining-server.ts', 'keepAliveTimeoutMs');
  const sign = milliseconds('src/api/event-streams.ts', 'heartbeatMs');
  expect(sign).toBeLessThan(cut);
  expect(idleTimeout.toMilliseconds()).toBeGreaterThan(cut);
  expect(idleTimeout.toMilliseconds()).toBeLessThan(kept);
  const [, gateway] =
    /idleTimeout\s+= (\d+) \* time\.Second/.exec(read('gateway/internal/httpapi/server.go')) ?? [];
  expect(idleTimeout.toSeconds()).toBeLessThan(Number(gateway));
});

test('databases have the parameters of docker-compose.yml', () => {
  const { command } = parse(read('docker-compose.yml'), { merge: true }).services.postgres;
  const wanted = Object.fromEntries(
    command
      .map((argument: string) => /^-c(\w+)=(.+)$/.exec(argument))
      .filter((match: unknown) => match !== null)
      .map(([, name, value]: string[]) => [name, value === '10min' ? '600000' : value]),
  );
  delete wanted.max_connections;
  expect(Object.keys(wanted).length).toBeGreaterThan(5);
  expect(parameters).toMatchObject(wanted);
});

test.each(regions)('knows the authority of databases in %s', (region) => {
  expect(readDatabaseAuthority(region)).toMatch(/^-----BEGIN CERTIFICATE-----/);
});

test('writes variables to files before a command, and becomes the command', async () => {
  const { execFileSync } = await import('node:child_process');
  const file = path.join(process.env.TMPDIR ?? '/tmp', `tallyflow-write-files-${process.pid}`);
  const [program = '', ...args] = writeFiles({ [file]: 'CERTIFICATE' }, [
    'sh',
    '-c',
    `cat ${file}; stat -c %a ${file}; rm ${file}`,
  ]);
  const output = execFileSync(program, args, {
    env: { PATH: process.env.PATH, CERTIFICATE: '-----BEGIN\n$x `y`\\n-----END' },
    encoding: 'utf8',
  });
  expect(output).toBe('-----BEGIN\n$x `y`\\n-----END\n600\n');
  expect(writeFiles({}, ['node'])).toEqual(['node']);
});
