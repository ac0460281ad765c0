import { execFile, spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkout } from '../../src/local/settings.ts';
import {
  printedAccess,
  runStart,
  type Start,
  startTimeoutMs,
  untilRunning,
} from '../helpers/run-start.ts';

/** Commands that this test does not run, by how they begin, and why. */
const notRun: Record<string, string> = {
  'script/test': 'this test is a part of it',
  'temporal operator':
    "needs the operator's Temporal CLI and a Temporal server without the attributes",
  'npx @sentry/cli': 'needs an account of Sentry, and the registry',
  'aws ': 'needs an account of AWS',
  'gh ': 'changes the settings of a repository at GitHub',
  'git ': 'makes a release',
  'npm ci --prefix deploy/aws': 'script/bootstrap --with-deployment does it',
  'npm run --prefix deploy/aws cdk': 'needs an account of AWS; deploy/aws/test has what does not',
  'deploy/aws/release/': 'needs an account of AWS; test/deployment/workflows.test.ts runs them',
  'curl --fail "https://$DOMAIN': 'asks what was deployed',
  'curl "$BASE/': 'asks what was deployed',
  docker: 'needs Docker and the registry of its images',
  pg_dump: "needs PostgreSQL's client programs; test/security/backup.test.ts has the same without",
  createdb: 'as pg_dump',
  pg_restore: 'as pg_dump',
  vacuumdb: 'as pg_dump',
};

interface Command {
  /** The file and line where it stands. */
  place: string;
  text: string;
}

/** A shell reads on where a command is not complete yet. */
function isComplete(text: string): boolean {
  return !text.endsWith('\\') && spawnSync('bash', ['-n', '-c', text]).status === 0;
}

/** The commands in the blocks of a Markdown file that are marked as shell. */
function readCommands(file: string): Command[] {
  const commands: Command[] = [];
  let isShell = false;
  let text = '';
  let firstLine = 0;
  for (const [index, line] of readFileSync(path.join(checkout, file), 'utf8')
    .split('\n')
    .entries()) {
    if (/^\s*```/.test(line)) {
      isShell = /```(sh|bash|shell|console)\b/.test(line);
      continue;
    }
    if (!isShell) continue;
    if (text === '') firstLine = index + 1;
    text = text === '' ? line.trim() : `${text}\n${line}`;
    if (text === '' || !isComplete(text)) continue;
    commands.push({ place: `${file}:${firstLine}`, text });
    text = '';
  }
  expect(text).toBe('');
  return commands;
}

const documents = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: checkout })];
const commands = documents.flatMap(readCommands);
const startCommand = commands.find(({ text }) => text.startsWith('script/start'));
const isListed = ({ text }: Command) => Object.keys(notRun).some((each) => text.startsWith(each));
const run = commands.filter((command) => command !== startCommand && !isListed(command));

let directory: string;
let stack: Start;
/** What a reader's shell has: the PATH of the machine, and what earlier commands have exported. */
let environment: NodeJS.ProcessEnv;

/** Without the Node.js of node_modules, which npm and script/test put first. */
const plainPath = (process.env.PATH ?? '')
  .split(path.delimiter)
  .filter((each) => !each.endsWith('node_modules/.bin'))
  .join(path.delimiter);

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'tallyflow-commands-'));
  const env = { PATH: plainPath };
  stack = runStart(['bash', '-c', startCommand?.text ?? ''], path.join(directory, 'data'), env);
  await untilRunning(stack);
  const { url, apiKey } = printedAccess(stack);
  const password = readFileSync(path.join(directory, 'data', 'postgres-password'), 'utf8').trim();
  const databaseUrl = /PostgreSQL +(postgres:\S+)/.exec(stack.output())?.[1] ?? '';
  // An answer of 400 or above is a failure of the command.
  writeFileSync(path.join(directory, '.curlrc'), 'fail-with-body\nsilent\nshow-error\n');
  environment = {
    PATH: plainPath,
    HOME: process.env.HOME,
    CURL_HOME: directory,
    DATABASE_URL: databaseUrl.replace('@', `:${password}@`),
    KEY: apiKey,
    KEY_ID: await createApiKey(url, apiKey),
  };
}, startTimeoutMs);

afterAll(async () => {
  stack.process.kill('SIGTERM');
  await stack.exit;
  rmSync(directory, { recursive: true, force: true });
}, startTimeoutMs);

/** A key for the commands that want one which may be replaced. Gives its id. */
async function createApiKey(url: string, apiKey: string): Promise<string> {
  const answer = await fetch(`${url}/api/admin/api-keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'commands', scopes: ['read'] }),
  });
  expect(answer.status).toBe(201);
  return String(((await answer.json()) as { id: number }).id);
}

async function runCommand(text: string): Promise<string> {
  const { url } = printedAccess(stack);
  const here = text.replaceAll('http://localhost:3000', url);
  return await new Promise((resolve, reject) => {
    const options = { cwd: checkout, env: environment };
    execFile('bash', ['-o', 'pipefail', '-c', here], options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${text}\n${stdout}\n${stderr}`, { cause: error }));
      else resolve(stdout);
    });
  });
}

describe('the commands of README and docs', () => {
  it('hold one that starts the whole system', () => {
    expect(startCommand?.place).toMatch(/^README\.md/);
  });

  it.each(run)(
    '$place works as it is written',
    async ({ text }) => {
      // The reader puts in what an earlier command has answered; here the test has.
      const [, placeholder] = /^export (\w+)=\S*…(?:\s+#.*)?$/.exec(text) ?? [];
      if (placeholder) {
        expect(environment[placeholder]).toBeTruthy();
        return;
      }
      const output = await runCommand(text);
      const [, batchId] = /"batch_id":"([^"]+)"/.exec(output) ?? [];
      environment.BATCH ??= batchId;
    },
    startTimeoutMs,
  );

  it.each(Object.keys(notRun))('that are not run still hold "%s"', (beginning) => {
    expect(commands.filter(({ text }) => text.startsWith(beginning))).not.toEqual([]);
  });
});
