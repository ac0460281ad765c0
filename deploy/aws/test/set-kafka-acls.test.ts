import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';

const root = path.resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(path.join(tmpdir(), 'tallyflow-acls-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Users on MSK, by what the table of docs/kafka.md calls them. A test there holds the table against a broker. */
const users: Record<string, string> = {
  gateway: 'gateway',
  API: 'api',
  consumer: 'consumer',
  '`src/kafka-topics.ts`': 'topics',
};

/** As lines of user, operation and resource, where `*` is the end of a prefix. */
function documented(): string[] {
  const guide = readFileSync(path.join(root, 'docs/kafka.md'), 'utf8');
  const [section = ''] = /## Users and ACLs\n[^#]*/.exec(guide) ?? [];
  const rows = [...section.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]*)\|$/gm)];
  return rows.flatMap(([, title = '', rights = '', others = '']) => {
    const user = users[title];
    if (user === undefined) return [];
    const ofTopics = rights.split('; ').flatMap((right) => {
      const [operations = '', topics = ''] = right.trim().split(': ');
      return operations
        .split(', ')
        .flatMap((operation) =>
          [...topics.matchAll(/`([^`]+)`/g)].map(
            ([, topic]) => `${user} ${operation} topic ${topic}`,
          ),
        );
    });
    const [, group] = /Read on the group `(\w+)`/.exec(others) ?? [];
    return group === undefined ? ofTopics : [...ofTopics, `${user} Read group ${group}`];
  });
}

/** What a command of the script gives, in the same form. */
function given(line: string): string[] {
  const options = [...line.matchAll(/--([\w-]+) ([^- ]\S*)/g)].map(([, name, value]) => [
    name,
    value,
  ]);
  const of = (wanted: string) =>
    options.filter(([name]) => name === wanted).map(([, value]) => value);
  const [user = ''] = of('allow-principal');
  const end = of('resource-pattern-type').includes('prefixed') ? '*' : '';
  return of('operation').flatMap((operation) =>
    ['topic', 'group'].flatMap((kind) =>
      of(kind).map(
        (name) => `${user.replace('User:tallyflow-', '')} ${operation} ${kind} ${name}${end}`,
      ),
    ),
  );
}

test('gives the users of MSK the rights that docs/kafka.md lists, and no others', () => {
  mkdirSync(path.join(folder, 'bin'));
  writeFileSync(path.join(folder, 'bin/kafka-acls.sh'), '#!/bin/sh\necho "$*"\n', { mode: 0o755 });
  const script = path.join(root, 'deploy/aws/release/set-kafka-acls');
  const lines = execFileSync(script, [folder, 'b-1.example:9098'], { encoding: 'utf8' })
    .trim()
    .split('\n');
  for (const line of lines) {
    expect(line).toContain('--bootstrap-server b-1.example:9098 --command-config /');
    expect(line).toContain(' --add --force ');
  }
  const wanted = documented();
  expect(wanted.length).toBeGreaterThan(15);
  expect(lines.flatMap(given).sort()).toEqual(wanted.sort());
});
