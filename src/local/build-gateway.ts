import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { findOnPath, isExecutable } from './processes/find-on-path.ts';
import { checkout } from './settings.ts';
import { userCache } from './user-cache.ts';

const goMissing =
  'The gateway is built with Go 1.26 or newer, but `go` is not on the PATH. Install it from your package manager, or from https://go.dev/dl/.';

/** A build that nobody has started for so long belongs to sources of the past, and takes 20 MB. */
const keptMs = 14 * 24 * 60 * 60 * 1_000;
const progressMs = 5_000;

export interface GatewayBuild {
  log: (message: string) => void;
  signal?: AbortSignal | undefined;
  env?: NodeJS.ProcessEnv;
}

/** A hash of whatever becomes part of the gateway. */
function hashSources(): string {
  const files = globSync(['gateway/**/*', 'contract/**/*'], { cwd: checkout })
    .filter((file) => /(\.go|\.json|go\.(mod|sum))$/.test(file) && !file.endsWith('_test.go'))
    .sort();
  const hash = createHash('sha256');
  for (const file of files)
    hash.update(`${file}\0`).update(readFileSync(path.join(checkout, file)));
  return hash.digest('hex').slice(0, 16);
}

/**
 * Returns the path of the gateway of this checkout. Its first build fetches what it is made of and takes a minute or two;
 * the same sources are built once for a user. Throws an Error that says what is missing, or what the compiler says.
 */
export async function buildGateway({
  log,
  signal,
  env = process.env,
}: GatewayBuild): Promise<string> {
  const folder = path.join(userCache(env), 'gateways');
  const binary = path.join(folder, hashSources());
  if (isExecutable(binary)) {
    await utimes(binary, new Date(), new Date());
    return binary;
  }
  const go = findOnPath('go', env);
  if (go === undefined) throw new Error(goMissing);
  log('Building the gateway with Go …');
  await removeOld(folder);
  await mkdir(folder, { recursive: true });
  const startedAt = Date.now();
  const progress = setInterval(() => {
    log(`  … building the gateway: ${Math.round((Date.now() - startedAt) / 1_000)} s`);
  }, progressMs);
  // It is moved to its place once it is complete, so that an interrupted build leaves nothing that could be started.
  const unfinished = `${binary}.${process.pid}`;
  try {
    const args = ['build', '-trimpath', '-ldflags', '-s -w', '-o', unfinished, '.'];
    const cwd = path.join(checkout, 'gateway');
    await promisify(execFile)(go, args, { cwd, env: { ...env, CGO_ENABLED: '0' }, signal });
    await rename(unfinished, binary);
  } catch (error) {
    throw new Error(`The gateway could not be built: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    clearInterval(progress);
    await rm(unfinished, { force: true });
  }
  return binary;
}

async function removeOld(folder: string): Promise<void> {
  for (const name of globSync('*', { cwd: folder })) {
    const file = path.join(folder, name);
    if (Date.now() - (await stat(file)).mtimeMs > keptMs) await rm(file, { force: true });
  }
}
