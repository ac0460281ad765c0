import type { Middleware } from 'koa';
import { Histogram } from 'prom-client';
import type { Fault } from '../../domain/errors.ts';
import { rowClass, rowClasses } from '../../domain/row-class.ts';
import type { ApiState, Ingest } from '../context.ts';

export const ingestPath = '/api/integrations/transactions';

/** The label where a request ended before its rows were counted. */
const unknownRows = 'unknown';

const ingestSeconds = new Histogram({
  name: 'tallyflow_ingest_request_seconds',
  help: 'Time to answer a POST of transactions, without the time in which its client was waited for.',
  labelNames: ['rows', 'outcome'] as const,
  // The service objective is 1 s.
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
});
// A rate needs the zero before the first one, and an alert asks whether the metric is there.
for (const rows of [...rowClasses, unknownRows])
  for (const outcome of ['accepted', 'refused', 'failed']) ingestSeconds.zero({ rows, outcome });

/** A request that its client brought to fail is refused, also where the answer is a 503. */
const outcomeOf = (status: number, fault: Fault | undefined) =>
  status < 400 ? 'accepted' : status < 500 || fault === 'client' ? 'refused' : 'failed';

/**
 * Measures each POST of transactions, also one that is refused before its body is read. After the last byte of a body
 * nothing is waited for, so the time is never less than that from the last byte to the answer.
 */
export const measureIngest: Middleware<ApiState> = async (ctx, next) => {
  const startedAt = performance.now();
  const ingest: Ingest = { rowCount: null, waitedMs: () => 0 };
  ctx.state.ingest = ingest;
  await next();
  if (ctx.method !== 'POST' || ctx._matchedRoute !== ingestPath) return;
  // A client that has left gets no answer.
  if (ctx.req.errored !== null) return;
  ingestSeconds.observe(
    {
      rows: ingest.rowCount === null ? unknownRows : rowClass(ingest.rowCount),
      outcome: outcomeOf(ctx.status, ctx.state.problem?.fault),
    },
    Math.max(performance.now() - startedAt - ingest.waitedMs(), 0) / 1_000,
  );
};
