import pg from 'pg';
import type { OpenStack } from '../src/local/open-stack.ts';
import { withScratchStack } from '../src/local/with-scratch-stack.ts';
import { BenchStack } from './bench-stack.ts';
import { ApiLoad } from './load/api-load.ts';
import { makePatterns } from './load/patterns.ts';
import type { Bench } from './scenario.ts';

const patternCount = 1_500;

/** Prepares a new stack with 1,500 patterns for scenarios. `disposal` closes what it opens. */
export async function openBench(
  stack: OpenStack,
  disposal: AsyncDisposableStack,
  { signal, rowCount, log }: Pick<Bench, 'rowCount' | 'log'> & { signal: AbortSignal },
): Promise<Bench> {
  const { servers, baseUrl, apiKey } = stack;
  const database = new pg.Client(servers.databaseUrl);
  await database.connect();
  disposal.defer(() => database.end());
  const api = new ApiLoad(baseUrl, apiKey);
  disposal.defer(() => api.close());
  await api.post('/api/admin/categories/import', makePatterns(patternCount));
  return {
    stack: new BenchStack(stack, database, signal, log),
    servers,
    database,
    api,
    gatewayUrl: stack.kafka?.gatewayUrl,
    directory: stack.settings.dataDir,
    rowCount,
    log,
  };
}

/** Runs something on a new stack, which is deleted afterwards. */
export function withBench<Result>(
  { rowCount, log, kafka }: Pick<Bench, 'rowCount' | 'log'> & { kafka?: boolean },
  run: (bench: Bench) => Promise<Result>,
): Promise<Result> {
  // Limits must not apply to a client that sends as fast as it can for minutes.
  process.env.RATE_LIMIT_PER_MINUTE ??= '1000000000';
  process.env.RATE_LIMIT_ROWS_PER_MINUTE ??= '1000000000';
  process.env.RATE_LIMIT_BYTES_PER_MINUTE ??= '1000000000000';
  return withScratchStack(
    async (stack, signal) => {
      await using disposal = new AsyncDisposableStack();
      return await run(await openBench(stack, disposal, { signal, rowCount, log }));
    },
    log,
    { kafka },
  );
}
