import type { ApiDependencies } from '../context.ts';
import type { Readiness } from './schema.ts';

/** A database that takes longer than this to say anything counts as away. */
const databaseTimeoutMs = 2_000;
/** Load balancers ask every few seconds; whoever asks more often learns nothing new. */
const rememberedMs = 1_000;

/**
 * Asks the servers whether batches can be captured, once at a time and once a second at most, whoever asks how
 * often: it is open to all, and each time costs a look at three servers.
 */
export function createReadiness(
  dependencies: Pick<ApiDependencies, 'database' | 'cache' | 'temporal'>,
): () => Promise<Readiness> {
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

async function ask({
  database,
  cache,
  temporal,
}: Pick<ApiDependencies, 'database' | 'cache' | 'temporal'>): Promise<Readiness> {
  const [isDatabaseUp, isTemporalUp, cacheStatus] = await Promise.all([
    database
      .raw('SELECT 1')
      .timeout(databaseTimeoutMs)
      .then(
        () => true,
        () => false,
      ),
    temporal.isUp(),
    cache.status(),
  ]);
  const isWhole = isTemporalUp && cacheStatus !== 'away';
  return {
    status: isDatabaseUp ? (isWhole ? 'ready' : 'degraded') : 'unready',
    database: isDatabaseUp ? 'up' : 'away',
    temporal: isTemporalUp ? 'up' : 'away',
    cache: cacheStatus,
  };
}
