import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findOnPath, isExecutable } from './find-on-path.ts';
import { cachedTemporal, findTemporal, temporalMissing, temporalVersion } from './find-temporal.ts';
import { loadSettings } from './settings.ts';

/** A download of about 100 MB; where a firewall drops the connection, the wait must end. */
const downloadTimeoutMs = 90_000;

const progressIntervalMs = 5_000;

async function withProgress<Result>(what: string, step: Promise<Result>): Promise<Result> {
  const startedAt = Date.now();
  const timer = setInterval(() => {
    console.log(`  … ${what}: ${Math.round((Date.now() - startedAt) / 1_000)} s`);
  }, progressIntervalMs);
  return await step.finally(() => clearInterval(timer));
}

/** The SDK downloads the CLI only as a part of starting it, and picks the name of the file itself. */
async function downloadInto(directory: string): Promise<void> {
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const version = `v${temporalVersion}`;
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir: directory, version } },
  });
  await environment.teardown();
}

async function buildInto(directory: string): Promise<void> {
  const source = `github.com/temporalio/cli/cmd/temporal@v${temporalVersion}`;
  const go = spawn('go', ['install', source], {
    env: { ...process.env, GOBIN: directory },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(go, 'exit');
  if (code !== 0) throw new Error(`go install ${source} ended with exit code ${code}.`);
}

/** Fills a directory beside the target and moves the binary from there: an interrupted attempt leaves no half binary. */
async function install(fill: (directory: string) => Promise<void>, target: string): Promise<void> {
  const directory = path.join(path.dirname(target), 'unfinished');
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  try {
    await fill(directory);
    const files = (await readdir(directory)).map((name) => path.join(directory, name));
    const binary = files.find(isExecutable);
    if (!binary) throw new Error('No executable file came of it.');
    await rename(binary, target);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function download(target: string): Promise<boolean> {
  console.log(`Downloading the Temporal CLI ${temporalVersion} …`);
  const tooSlow = delay(downloadTimeoutMs, undefined, { ref: false }).then(() => {
    throw new Error(`It took longer than ${downloadTimeoutMs / 1_000} s.`);
  });
  try {
    await withProgress('downloading', Promise.race([install(downloadInto, target), tooSlow]));
    return true;
  } catch (error) {
    console.log(`  The download failed: ${(error as Error).message}`);
    return false;
  }
}

async function build(target: string): Promise<void> {
  if (!findOnPath('go')) throw new Error(temporalMissing);
  console.log(
    `Building the Temporal CLI ${temporalVersion} with Go, once for this user; about 2 minutes …`,
  );
  try {
    await withProgress('building', install(buildInto, target));
  } catch (cause) {
    throw new Error(`${(cause as Error).message}\n${temporalMissing}`, { cause });
  }
}

/** Sees to it that findTemporal finds a binary, unless the environment names a server. */
async function main(): Promise<void> {
  const settings = loadSettings();
  if (settings.temporalAddress || findTemporal(settings)) return;
  const target = cachedTemporal();
  if (!(await download(target))) await build(target);
  console.log(`The Temporal CLI is in ${target}`);
}

try {
  await main();
  // A download given up on would keep the process alive.
  process.exit(0);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
