import {
  ApplicationFailure,
  defaultPayloadConverter,
  defineSearchAttributeKey,
  type Headers,
  SearchAttributeType,
} from '@temporalio/common';
import {
  isCancellation,
  proxySinks,
  type Sinks,
  type WorkflowInterceptors,
  workflowInfo,
} from '@temporalio/workflow';

/** Tells the worker of runs that are in a trace. */
export interface RunSinks extends Sinks {
  runs: { ended(run: EndedRun): void };
}

interface EndedRun {
  /** The span that started the run, as a W3C `traceparent`; undefined where the run begins the trace. */
  parent: string | undefined;
  /** Those of the run's own span. */
  ids: { traceId: string; spanId: string };
  batchId: unknown;
  /** The type of the error that it ended with. */
  error?: string;
}

const { runs } = proxySinks<RunSinks>();
const header = 'traceparent';
/** Temporal sets it in runs of a schedule. */
const scheduledBy = defineSearchAttributeKey('TemporalScheduledById', SearchAttributeType.KEYWORD);

/**
 * Hands the trace that a run is part of on to its activities, and tells the worker when the run ends. A run that is in
 * no trace is left alone. The span of a run gets its id from the run's, for its activities name it before it ends.
 */
export function interceptors(): WorkflowInterceptors {
  /** What the activities, and the next run of the workflow, go on with. */
  let forward: Headers = {};
  return {
    inbound: [
      {
        async execute(input, next) {
          const payload = input.headers[header];
          const info = workflowInfo();
          if (payload === undefined && !info.typedSearchAttributes.get(scheduledBy))
            return next(input);
          const parent =
            payload === undefined
              ? undefined
              : defaultPayloadConverter.fromPayload<string>(payload);
          const own = info.runId.replaceAll('-', '');
          const ids = { traceId: parent?.split('-')[1] ?? own, spanId: own.slice(16) };
          const traceparent = `00-${ids.traceId}-${ids.spanId}-01`;
          forward = { [header]: defaultPayloadConverter.toPayload(traceparent) };
          const [{ batchId } = {}] = input.args as { batchId?: unknown }[];
          try {
            const result = await next(input);
            runs.ended({ parent, ids, batchId });
            return result;
          } catch (error) {
            runs.ended({ parent, ids, batchId, ...describe(error) });
            throw error;
          }
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(addTrace(input)),
        continueAsNew: (input, next) => next(addTrace(input)),
      },
    ],
  };

  function addTrace<Input extends { readonly headers: Headers }>(input: Input): Input {
    return { ...input, headers: { ...input.headers, ...forward } };
  }
}

function describe(error: unknown): { error?: string } {
  if (error instanceof Error && error.name === 'ContinueAsNew') return {};
  if (isCancellation(error)) return { error: 'Cancelled' };
  return { error: (error instanceof ApplicationFailure && error.type) || 'unknown' };
}
