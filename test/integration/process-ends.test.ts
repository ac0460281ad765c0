import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { checkout } from '../../src/local/settings.ts';
import { startSentryReceiver } from '../helpers/sentry-receiver.ts';

/** Runs Node.js until it ends by itself. */
async function run(args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, args, {
    cwd: checkout,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return {
    code,
    stderr,
    lines: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  };
}

test('an API whose database is away at the start says so, and sends nobody an error', async () => {
  const sentry = await startSentryReceiver();
  const { code, stderr, lines } = await run(['src/server.ts'], {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
    SENTRY_DSN: sentry.dsn,
    PORT: '0',
    METRICS_PORT: '0',
  });
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(lines.at(-1)).toMatchObject({
    level: 'fatal',
    msg: 'cannot start, since the database is away',
    err: { code: 'ECONNREFUSED' },
  });
  expect(sentry.envelopes).toEqual([]);
  await sentry.stop();
});

describe('an error that nothing has caught', () => {
  test('is logged once, and a second one, while the first is sent, ends the process at once', async () => {
    const script = `
      const { endOnUncaughtError } = await import(process.argv[1] + '/error-reports/end-on-uncaught-error.ts');
      const { createLogger } = await import(process.argv[1] + '/logger.ts');
      endOnUncaughtError(createLogger('test', 'info'), () => new Promise(() => {}));
      setInterval(() => {}, 1_000);
      setImmediate(() => { throw new Error('the first'); });
      setTimeout(() => { throw new Error('the second, JANE'); }, 100);`;
    const { code, stderr, lines } = await run(
      ['--input-type=module', '-e', script, path.join(checkout, 'src')],
      {},
    );
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(lines).toMatchObject([{ level: 'fatal', err: { message: 'the first' } }]);
  });
});
