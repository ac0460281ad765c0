import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

const read = (file: string) => readFileSync(file, 'utf8');

/** Messages that need nobody, and those of commands that a person runs. */
const selfExplanatory = [
  'api started',
  'api stopping',
  'api stopped',
  'worker started',
  'worker stopping',
  'worker stopped',
  'metrics served',
  'metrics of Temporal served',
  'first admin created',
  'the key of BOOTSTRAP_API_KEY has changed',
  'rolling up totals and building search ranges works again',
  'gateway started',
  'gateway stopping',
  'gateway stopped',
  'consumer started',
  'consumer stopping',
  'consumer stopped',
];
const commands = ['src/recount.ts', 'src/migrate.ts', 'src/kafka-topics.ts'];

/** The last argument of each call of a logger above debug. */
const messageOf =
  /(?:logger(?:\.(?:info|warn|error|fatal)|\[[^\]]+\])|lines\.write)\([^;]*?\s(?:'([^'\n]+)'|"([^"\n]+)"),?\s*\)(?=[;,)]*\n)/g;

const messages = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((name) => path.join('src', name))
  .filter((file) => /\.ts$/.test(file) && !/\.test\.ts$|^src\/admin-ui|^src\/local/.test(file))
  .filter((file) => !commands.includes(file))
  .flatMap((file) => [...read(file).matchAll(messageOf)].map((call) => call[1] ?? call[2] ?? ''));

/** The same in Go. */
const goMessageOf =
  /(?:logger\.(?:Info|Warn|Error)\(|Fatal\(logger, |lines\.Write\()[^"\n]*"([^"]+)"/g;

const gatewayMessages = readdirSync('gateway', { recursive: true, encoding: 'utf8' })
  .map((name) => path.join('gateway', name))
  .filter((file) => file.endsWith('.go') && !file.endsWith('_test.go'))
  .flatMap((file) => [...read(file).matchAll(goMessageOf)].map((call) => call[1] ?? ''));

test('docs/observability.md explains every message of the log', () => {
  expect(messages).toEqual(
    expect.arrayContaining(['refused', 'slow request', 'batch failed', 'cannot listen']),
  );
  expect(messages.length).toBeGreaterThan(25);
  expect(gatewayMessages).toEqual(
    expect.arrayContaining(['refused', 'the gateway ends', 'Kafka takes batches']),
  );
  const table = read('docs/observability.md');
  const isExplained = (message: string) =>
    // What is long stands there with its beginning.
    table.includes(`\`${message}\``) || table.includes(`\`${message.split(/[;:]/)[0]}`);
  const all = [...messages, ...gatewayMessages];
  expect(all.filter((each) => !selfExplanatory.includes(each) && !isExplained(each))).toEqual([]);
});
