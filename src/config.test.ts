import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { configVariables, loadConfig } from './config.ts';

const minimal = { DATABASE_URL: 'postgres://localhost/tallyflow' };

describe('loadConfig', () => {
  it('fills in what was left out or left empty', () => {
    const config = loadConfig({ ...minimal, PORT: '', REDIS_URL: '' });
    expect(config.PORT).toBe(3000);
    expect(config.REDIS_URL).toBeUndefined();
  });

  it('names every variable that is wrong, and none of their values', () => {
    const load = () =>
      loadConfig({
        DATABASE_URL: 'mysql://root:secret@x',
        PORT: '99999',
        BOOTSTRAP_API_KEY: 'short',
      });
    for (const name of ['DATABASE_URL', 'PORT', 'BOOTSTRAP_API_KEY']) expect(load).toThrow(name);
    expect(load).not.toThrow(/secret|short/);
  });

  it('refuses limits by the minute that a single body may exceed', () => {
    const load = (rows: string) => () =>
      loadConfig({ ...minimal, MAX_STREAM_ROWS: '200000', RATE_LIMIT_ROWS_PER_MINUTE: rows });
    expect(load('200000')).not.toThrow();
    expect(load('199999')).toThrow('RATE_LIMIT_ROWS_PER_MINUTE: must be at least MAX_STREAM_ROWS');
    const bytes = { ...minimal, RATE_LIMIT_BYTES_PER_MINUTE: '1000' };
    expect(() => loadConfig(bytes)).toThrow(
      /at least MAX_BODY_BYTES(.|\n)*at least MAX_STREAM_BYTES/,
    );
  });

  it.each([
    ['DATABASE_POOL_SIZE', 12],
    ['DATABASE_READ_POOL_SIZE', 4],
  ])('refuses a %s below %i, of which one client could take all', (name, least) => {
    const load = (size: number) => () => loadConfig({ ...minimal, [name]: String(size) });
    expect(load(least)).not.toThrow();
    expect(load(least - 1)).toThrow(name);
  });

  it('is told in full by the README, with the defaults', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const rows = new Map(
      [...readme.matchAll(/^\| `([A-Z_]+)` +\| +(\S*) +\|/gm)].map(([, name, value]) => [
        name,
        value,
      ]),
    );
    const defaults = loadConfig(minimal);
    for (const name of configVariables.filter((variable) => variable !== 'DATABASE_URL')) {
      expect([name, rows.get(name)?.replaceAll('`', '')]).toEqual([
        name,
        String(defaults[name] ?? '|').replace('|', ''),
      ]);
    }
  });
});
