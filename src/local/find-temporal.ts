import { homedir } from 'node:os';
import path from 'node:path';
import { findOnPath, isExecutable } from './find-on-path.ts';

/** Newer tags of the CLI cannot be built by `go install`: their go.mod has replace directives. */
export const temporalVersion = '1.5.1';

export const temporalMissing = `There is no Temporal CLI. Any one of these helps:
  install it so that \`temporal\` is on the PATH (your package manager, or https://docs.temporal.io/cli);
  set TEMPORAL_CLI to its path;
  install Go, with which script/bootstrap builds it;
  set TEMPORAL_ADDRESS to a Temporal server that runs already.`;

export interface TemporalSearch {
  /** The variable TEMPORAL_CLI. */
  temporalCli?: string | undefined;
  dataDir: string;
  env?: NodeJS.ProcessEnv;
}

/** Where the binary is kept once for the machine's user, so that a second checkout need not build it. */
export function cachedTemporal(env: NodeJS.ProcessEnv = process.env): string {
  const cache = env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  return path.join(cache, 'tallyflow', `temporal-${temporalVersion}`, 'temporal');
}

/**
 * The Temporal CLI to use: TEMPORAL_CLI, then the PATH, then the data directory, then the user's cache.
 * Throws when TEMPORAL_CLI is set and is no executable file: a wish that can't be met is not passed over.
 */
export function findTemporal({
  temporalCli,
  dataDir,
  env = process.env,
}: TemporalSearch): string | undefined {
  if (temporalCli) {
    if (isExecutable(temporalCli)) return temporalCli;
    throw new Error(`TEMPORAL_CLI names ${temporalCli}, which is not an executable file.`);
  }
  return (
    findOnPath('temporal', env) ??
    [path.join(dataDir, 'bin', 'temporal'), cachedTemporal(env)].find(isExecutable)
  );
}
