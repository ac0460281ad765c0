import type { ApiDependencies } from '../context.ts';
import type { Readiness } from './schema.ts';

/** A database that takes longer than this to say anything counts as away. */
const databaseTimeoutMs = 2_000;
/** Load balancers ask every few seconds; whoever asks more often learns nothing new. */
const rememberedMs = 1_000;

type Dependencies = Pick<ApiDependencies, 'database' | 'cache' | 'temporal' | 'keyChanges'>;

/**
 * Asks the servers whether batches can be captured, once at a time and once a second at most, whoever asks how
 * often: it is open to all, and each time costs a look at three servers.
 */
export function createReadiness(dependencies: Dependencies): () => Promise<Readiness> {
  let asked: Promise<Readiness> | null = null;
  return () => {
    asked ??= ask(dependencies).finally(() => {
      setTimeout(() => {
        asked = null;
      }, rememberedMs).unref();
    });
    return asked;
  };
}

async function ask({ database, cache, temporal, keyChanges }: Dependencies): Promise<Readiness> {
  const [isDatabaseUp, isTemporalUp, cacheStatus, isBehind] = await Promise.all([
    database
      .raw('SELECT 1')
      .timeout(databaseTimeoutMs)
      .then(
        () => true,
        () => false,
      ),
    temporal.isUp(),
    cache.status(),
    keyChanges?.isBehind(),
  ]);
  const isWhole = isTemporalUp && cacheStatus !== 'away' && isBehind !== true;
  return {
    status: isDatabaseUp ? (isWhole ? 'ready' : 'degraded') : 'unready',
    database: isDatabaseUp ? 'up' : 'away',
    temporal: isTemporalUp ? 'up' : 'away',
    cache: cacheStatus,
    key_publishing: isBehind === undefined ? 'unused' : isBehind ? 'behind' : 'current',
  };
}
