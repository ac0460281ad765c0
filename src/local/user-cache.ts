import { homedir } from 'node:os';
import path from 'node:path';

/** The directory of what is fetched or built once for a user, and shared by all checkouts. */
export const userCache = (env: NodeJS.ProcessEnv = process.env): string =>
  path.join(env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'tallyflow');
