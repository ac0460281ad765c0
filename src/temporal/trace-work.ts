import { SpanKind } from '@opentelemetry/api';
import type { ActivityInterceptorsFactory, InjectedSinks } from '@temporalio/worker';
import { endAfter, markFailed, tracer } from '../tracing/in-span.ts';
import { contextOf } from '../tracing/traceparent.ts';
import { withIds } from '../tracing/with-ids.ts';
import type { RunSinks } from '../workflows/trace-run.ts';
import { readTrace } from './trace-header.ts';
import { batchOf } from './trace-starts.ts';

/** A span for each attempt of an activity whose workflow is in a trace. */
const traceActivities: ActivityInterceptorsFactory = ({ info }) => ({
  inbound: {
    execute: (input, next) => {
      const traceparent = readTrace(input.headers);
      if (traceparent === undefined) return next(input);
      const span = tracer.startSpan(
        info.activityType,
        {
          kind: SpanKind.CONSUMER,
          attributes: {
            'temporal.workflow.id': info.workflowExecution?.workflowId,
            'temporal.activity.attempt': info.attempt,
            ...batchOf(input.args),
          },
        },
        contextOf(traceparent),
      );
      return endAfter(span, () => next(input));
    },
  },
});

/** A span for each run of a workflow that is in a trace, when the run has ended. */
const traceRuns: InjectedSinks<RunSinks> = {
  runs: {
    ended: {
      fn: ({ workflowType, workflowId, runId, runStartTime }, { parent, ids, batchId, error }) => {
        const span = withIds(ids, () =>
          tracer.startSpan(
            workflowType,
            {
              kind: SpanKind.CONSUMER,
              // A number, since a Date comes from another realm, where it is a Date of that.
              startTime: runStartTime.getTime(),
              attributes: {
                'temporal.workflow.id': workflowId,
                'temporal.run.id': runId,
                ...batchOf([{ batchId }]),
              },
            },
            contextOf(parent),
          ),
        );
        if (error !== undefined) markFailed(span, Object.assign(new Error(), { type: error }));
        span.end();
      },
    },
  },
};

/** What a worker needs, so that its work is seen. It does nothing for workflows that are in no trace. */
export const traceWork = { interceptors: { activity: [traceActivities] }, sinks: traceRuns };
