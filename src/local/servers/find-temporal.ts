import path from 'node:path';
import { findOnPath, isExecutable } from '../processes/find-on-path.ts';
import { userCache } from '../user-cache.ts';

/** `go install` cannot build newer versions: their go.mod has replace directives. */
export const temporalVersion = '1.5.1';

export const temporalMissing = `There is no Temporal CLI. Do one of these:
  install it so that \`temporal\` is on the PATH (your package manager, or https://docs.temporal.io/cli);
  set TEMPORAL_CLI to its path;
  install Go, so that script/bootstrap can build it;
  set TEMPORAL_ADDRESS to a running Temporal server.`;

export interface TemporalSearch {
  /** The variable TEMPORAL_CLI. */
  temporalCli?: string | undefined;
  dataDir: string;
  env?: NodeJS.ProcessEnv;
}

/** The path of the binary in the user's cache, which all checkouts share. */
export function cachedTemporal(env: NodeJS.ProcessEnv = process.env): string {
  return path.join(userCache(env), `temporal-${temporalVersion}`, 'temporal');
}

/**
 * Finds the Temporal CLI: in TEMPORAL_CLI, on the PATH, in the data directory, then in the user's cache. Throws if
 * TEMPORAL_CLI is set but is not an executable file, since an explicit choice must not be ignored.
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
